"""Feeds: reading files of several formats into one kind of row, clean or rejected with a reason."""
