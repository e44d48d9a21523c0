"""What a trace is shown as: a page by itself, and beside another one.

In: the nodes of one run or of two, and the programs and outputs that their sessions keep. Out: HTML, rows, lines.
Never: a script in a page or anything that it would load; a call of a model; a file written.
"""
