"""Programs over texts: one cell, one process, which loads the names of the session, runs and saves them.

In: Python written by a model or a person, and what it shall see: the archive, files, stdin. Out: what the cell printed,
the names it has left, what its calls have cost.
Never: a key, a socket or a file outside of its own scratch in a cell's process; a pickle opened outside of one.
"""
