"""What cells cost and withstand, and the same of the official engine's environment where it is at hand."""
