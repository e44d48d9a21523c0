"""How much of the evidence a search finds, on labelled conversations of several kinds; see `__main__`."""
