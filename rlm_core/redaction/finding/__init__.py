"""How the rules are put to texts: what finds a secret at a place, and where it is asked.

In: an image of one text or of many, and the tables of rules. Out: where a secret stands, and of which kind.
Never: a look of a finder beyond the text in which it is asked; what replaces is the redactor's.
"""
