"""Asked of a real model with a real login: deselected unless you ask for it. See README.md."""
