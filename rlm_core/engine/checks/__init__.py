"""What a finding must stand: its quote, its numbers, its names; control questions and votes.

In: findings and the text they were read from. Out: the same findings, with a verdict.
Never: trust in what a model says of itself.
"""
