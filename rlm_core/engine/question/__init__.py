"""What a question asks for: by its words where they are unmistakable, by one small call where they are not.

In: a question. Out: its kind, and whether that is sure.
Never: a look at the texts, or more than one call.
"""
