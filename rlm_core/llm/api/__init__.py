"""The leaves that speak the Messages API, one call at a time or in batches.

In: calls. Out: replies with their usage.
Never: a retry that the caller does not know of.
"""
