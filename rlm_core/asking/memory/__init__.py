"""What was asked before: answers of calls, journals of runs.

In: calls and their answers. Out: the same answers, unpaid.
Never: a secret in clear.
"""
