"""A session that Claude Code cannot resume any more, as a new transcript that it can: made from the archive alone.

In: the chunk files of a session. Out: a transcript under a new session id, in Claude Code's folder of the project.
Never: a change of a transcript that is there; a text that has not gone through the redactor once more; an entry
that was forgotten on purpose.
"""
