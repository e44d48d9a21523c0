"""A small coding session."""
def write(folder, *, quick):
    raise NotImplementedError
