"""What the command line shows as pages or as one file: `rlm view` and `rlm export`.

In: which archive, which session, which form. Out: paths and counts on stdout; a browser, for a person at a terminal.
Never: a page that is opened in a Claude Code session; a file that is overwritten unasked.
"""
