"""Claude Code's transcripts, read.

In: JSONL that somebody else wrote, and may be writing still. Out: entries, usage, and which transcripts a project has.
Never: a write, nor a raw dict that leaves this room.
"""
