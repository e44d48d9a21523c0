"""What the command line prints as a table: `rlm sql`.

In: a query's options. Out: columns and rows on stdout, as a table, CSV or JSON.
Never: a control character on a terminal, a line that is wider than it.
"""
