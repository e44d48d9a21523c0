"""The options of each command, in groups as `rlm` alone shows them.

In: a parser of argparse. Out: the same with a command's options, and what their values may be.
Never: a result, a look at the archive.
"""
