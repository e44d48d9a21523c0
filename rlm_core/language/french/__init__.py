"""The French of what is told: tables of English forms -> French ones, loaded for a French user alone.

In: nothing. Out: dictionaries; a form's values stand in braces by the same names in both languages. A French form may
choose a word by a number: `{n:|lue|lues}` is the first for less than two. Signs are written with plain spaces before
them; `notices` makes them spaces at which no line is broken.
Never: code, a word that hooks need beside those of `hooks`.
"""
