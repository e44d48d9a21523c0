"""Sentences of users, labelled by hand: which lay down what is to hold, and which are told then."""
