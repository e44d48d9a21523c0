"""Marks: passages in which something was decided, corrected, refused, measured or left open.

Rules over words, English and French; no model, no state. Precision goes before recall: a mark says "look here", and
the text stays as it is. `find.find` marks a text, `supersede.superseded` tells which marked statement replaced which.
"""
