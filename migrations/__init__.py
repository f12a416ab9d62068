"""The schema: plain SQL files, run forward once, in the order of their numbers."""
