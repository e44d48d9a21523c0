"""What Claude Code still has of sessions whose transcripts it has deleted before they were archived.

In: its prompt history, todo lists, file history, plans, transcripts of sub-agents. Out: sessions in the archive that
say of themselves what is lost.
Never: a session that is archived already, or whose transcript is there; a file of Claude Code's changed.
"""
