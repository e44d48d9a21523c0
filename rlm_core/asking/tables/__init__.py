"""Tables as files: the rows of `rlm ask --fields` as CSV, lines of JSON, or a SQLite database.

In: rows, a path that the user named. Out: one file, complete or not there at all.
Never: a file that somebody else has made overwritten, a secret written.
"""
