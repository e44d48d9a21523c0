"""Entries into chunks, and chunk files back into entries.

In: entries. Out: chunks as text, and the entries that a chunk file holds.
Never: the disk, a clock; a boundary that has been drawn does not move.
"""
