"""What a quote that stands is evidence of: who said it, what he did in saying it, and what it is about.

In: a located finding and the part it was read from. Out: the same finding with its speaker, doubted or not.
Never: trust in a sentence because it stands somewhere.
"""
