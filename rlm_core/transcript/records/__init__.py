"""What one record of a transcript says, and who says it.

In: a record, as a raw dict. Out: parts by their speakers, a title, or the reason for which a record is left out.
Never: a line or a file of the transcript, nor a word lost that no list names.
"""
