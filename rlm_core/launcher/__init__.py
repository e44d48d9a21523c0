"""The launcher: the one short command that stands in settings files, and what it needs to go on when a Python is gone.

In: the installations of this user, the package as it is. Out: a shell script, `<Claude's config directory>/rlm/launch`,
the list it is made from, and a spare copy of the package beside it.
Never: loaded by a hook.
"""
