"""Commands about what the archive does not hold, or shall not hold any more.

In: parsed options. Out: what was left out and what went, as text or JSON.
Never: a secret's value; a change that the options did not ask for.
"""
