"""Ways back to a session: search and list over all projects, resume, revive, rescue.

In: parsed options. Out: hits and sessions with their projects, a client that was started, a transcript made anew.
Never: a write into Claude Code's directory that the user has not agreed to.
"""
