"""Processes that follow the outbox: the relay, the consumers, the sweeps, the search node."""
