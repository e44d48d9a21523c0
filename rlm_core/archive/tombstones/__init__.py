"""What was forgotten on purpose, and how it is kept out.

In: uuids, texts, sessions, documents, words. Out: hashes of them, in the archive and in the user's directory, and a yes
or no to whatever comes to be archived.
Never: a word of what was forgotten; a way back from a hash to it.
"""
