"""Ranked and exact search over the archive, and citations of what was found.

In: a question's words. Out: hits with their places.
Never: a model, a vector, an archived text told as an instruction.
"""
