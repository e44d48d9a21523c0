"""What the command line tells of files: `rlm why`.

In: a file, and a line of it. Out: the sessions behind it on stdout, as text or JSON.
Never: a write, a guess.
"""
