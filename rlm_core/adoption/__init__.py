"""Archives that earlier versions left in worktrees and subdirectories of a project are moved into the project's own.

In: a project, directories with archives. Out: sessions and documents in one archive, and what was left where it was.
Never: an archive of another project, or one that others may have written; a chunk that is changed or lost.
"""
