"""`rlm doctor`: tries what must work, says what to do, and mends what is safe to mend; also what an upgrade renews.

In: a project, the machine, what is installed. Out: checks, and with `--fix` installations as this version makes them.
Never: an exit status taken for success, a file of the user's overwritten.
"""
