"""Where a session left off, told to the next one.

In: the end of a transcript, or the archive's last chunks. Out: a few quoted lines.
Never: anything written; the handoff is read anew each time.
"""
