"""Recall in real coding sessions, labelled without a model."""
