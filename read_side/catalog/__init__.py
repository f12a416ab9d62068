"""Products over the read API."""
