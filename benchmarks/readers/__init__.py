"""What becomes of the answers of `rlm ask` when a weak reader, or a small real model, plays the leaf."""
