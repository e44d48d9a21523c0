"""From checked findings to an answer: reduced, tallied, worded, reported.

In: findings. Out: the answer's text with its citations, coverage and cost.
Never: a number that no finding holds.
"""
