"""What a project's `rlm.yaml` may say: a repository ships it, so it may tighten the user's settings and loosen none.

In: the bytes of a file, the user's settings and those that the file asks for. Out: the settings that hold, and the
names of those that were ignored.
Never: a setting of a repository's that sends, spends or keeps more than the user's own ones allow, unless the user has
trusted this very file.
"""
