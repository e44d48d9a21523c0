"""The proof that transcripts are whole in the archive: by a reader of its own, which does not trust the archive's.

In: a transcript with the folder beside it, and the archive. Out: a verdict for each transcript.
Never: knowledge of how records are read, parted or rendered.
What is left out on purpose is `transcript/records/left_out`'s to say.
"""
