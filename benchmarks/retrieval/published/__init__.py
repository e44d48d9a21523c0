"""Labelled sets that others have published, read from files of the user's; none is part of this repository."""
