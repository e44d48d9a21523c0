"""Marks: passages in which something was decided, corrected, refused, measured or left open.

In: what somebody said, English or French. Out: marks with their places, and which statement replaced which.
Never: a model, a state, a changed text; precision goes before recall, since a mark says "look here".

`find.find` marks a text, `supersede.superseded` tells which marked statement replaced which. `stating` and
`versions` do the same for whatever one search found, marked or not: the query tells what it is about.
"""
