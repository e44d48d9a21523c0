"""What a question is asked over: the archive, files, standard input, as documents without secrets.

In: paths, filters, an archive. Out: the engine's documents.
Never: a file outside the project when Claude asks.
"""
