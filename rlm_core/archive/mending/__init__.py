"""Brings a transcript's state, its rows in the ledger and its chunk files back to one moment.

In: what a kill, a power cut, a backup, rot or a hand has left. Out: a state that says what stands in the chunk files,
from which an intake goes on. Hooks load this room when something does not agree, or a transcript is new.
Never: a chunk file removed before all that it holds stands in others.
"""
