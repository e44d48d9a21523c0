"""The archive of a project: its directories, locks, state and maps.

In: clean entries of a transcript. Out: chunk files, indexes, and what other rooms ask about them.
Never: a question, a ranking, a network; nothing is written that is not CleanText.
"""
