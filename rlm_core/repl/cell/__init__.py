"""What runs inside a cell's process: the language, the view of the texts, lazy answers, saving, confinement.

In: a job over a socket. Out: calls for models over the same socket, and at the end what the cell has left.
Never: trust in what the cell's code has made of this process.
"""
