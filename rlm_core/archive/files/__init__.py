"""The files of a session's folder that are no transcripts.

In: the folder, and a note of which files were seen in it. Out: entries in chunks of the agent `files`, and the note.
Never: a link followed, a file of a session's changed, a file's text kept open for more.
"""
