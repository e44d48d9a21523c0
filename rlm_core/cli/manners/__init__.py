"""How the command line behaves: what is wrong with one and what was meant, what there is, times, columns, the pager.

In: words, rows, a terminal. Out: options, one line about a mistake, text that fits where it is shown.
Never: what a command does.
"""
