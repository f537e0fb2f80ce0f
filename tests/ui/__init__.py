"""Qt tests: what the wall paints, read back from its own surface."""
