"""What the archive knows of secrets that went through it, and today's rules for what older ones archived.

In: chunk files, their marks and fingerprints; the transcripts that are still there. Out: which secrets were left out
where; chunks by today's rules.
Never: a secret's value, or how long it was.
"""
