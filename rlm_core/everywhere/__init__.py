"""All of a user's archives at once: which there are, a search over them, and which of them holds what was cited.

In: the user's list of archives, a query, a citation. Out: archives that are the user's own, hits with their projects.
Never: a byte read of an archive that is foreign; a score of one archive beside one of another that it does not compare
with.
"""
