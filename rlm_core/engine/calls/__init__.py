"""One way to a model: a slot, a reservation, the call, its cost, another attempt.

In: a prompt. Out: a reply, and what it cost.
Never: a call beyond a cap.
"""
