"""What happened when: the archive by session, with prompts, files and what was decided.

In: chunk files, catalogs, marks. Out: sessions with their turns and decisions, the newest first.
Never: a write, a session further back than was asked for.

`timeline.timeline.timeline` makes it, from the newest session back and no further than asked for.
"""
