"""How often the words of a question tell what it asks for: right, left open, and wrong."""
