"""Git and the archive: what git's own files say of where it comes from, and what git is told of it.

In: an archive's place. Out: whether git tracks it, what proves that it is the user's; our lines in `info/exclude`.
Never: a process of git's; a line changed in `info/exclude` that is not ours.
"""
