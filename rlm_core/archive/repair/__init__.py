"""Brings back what the proof has found harmed, as far as the second copy or the transcript still has it.

In: an archive, and the transcripts that the client still has. Out: files as they were, what was put aside, and what is
lost.
Never: a file overwritten by another content without being kept; a repair that ends at one file.
"""
