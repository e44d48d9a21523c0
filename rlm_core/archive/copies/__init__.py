"""The second copy of an archive, out of reach of the working tree; see docs/decisions/0071.

In: an archive, and the user's own directory. Out: links or copies of its files there, and the way back.
Never: a file of the archive changed, a whole file of the copy replaced by a damaged one, a hook that waits.
"""
