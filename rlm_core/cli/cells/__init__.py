"""Commands over cells of Python.

In: a command line. Out: what a cell printed, its names, its cost; the sessions of cells.
Never: a cell's program in this process.
"""
