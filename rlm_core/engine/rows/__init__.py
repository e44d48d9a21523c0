"""Typed rows: entries of texts as a table, a row for each, whose cells code has checked against their quotes.

In: a question, fields with types, documents, a leaf. Out: rows, the quote and the place of each cell, an account.
Never: a value that does not follow from words of the source, the disk, a call beyond a cap.
"""
