"""Where a quote stands that was not copied character by character.

In: a quote and the text it should stand in. Out: the place whose words the quote repeats, or none.
Never: another number, name, sign or negation than the source has.
"""
