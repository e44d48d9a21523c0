"""Archives a transcript once more, from its start, where it has chunks of a former form.

In: a transcript that the client still has, and the folder of its chunks. Out: chunks of today's form in their place,
the former ones in `old/`, or the reason why all stays as it is.
Never: a file of the archive moved before the new chunks are proven to say all that the former ones say.
"""
