"""What happened when: the archive by session, with prompts, files and what was decided.

`timeline.build.timeline` makes it, from the newest session back and no further than asked for.
"""
