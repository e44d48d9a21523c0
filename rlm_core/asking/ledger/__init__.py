"""What asking has cost, and what it may still cost.

In: what a run reserves and spends. Out: grants and receipts.
Never: less than what was billed.
"""
