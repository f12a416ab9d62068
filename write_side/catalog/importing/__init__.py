"""Applying feeds: rows are copied into staging tables and applied by sets, a chunk in a transaction."""
