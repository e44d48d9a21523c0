"""What the engine of `rlm ask` costs and holds, side by side with its peers, on a scripted model."""
