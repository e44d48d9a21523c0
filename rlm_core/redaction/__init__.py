"""Secrets out of texts.

In: a text. Out: the text without its secrets, how many of which kind, and where they were.
Never: a model, the network, a text let through unread.
"""
