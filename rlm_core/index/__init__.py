"""The search index: SQLite FTS5, derived from the chunk files.

In: chunk files. Out: rows of passages, and the tables that searches read.
Never: the truth; it may be deleted at any time.
"""
