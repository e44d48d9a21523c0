"""`rlm forget`: what was archived is taken out of every place of ours, kept out, and proven gone.

In: what the user names; an archive. Out: each place with its count, what is left, what is not ours to change.
Never: a word of what is forgotten in what is kept about it; "done" before all bytes of ours were read back.
"""
