"""Stock levels and their movements."""
