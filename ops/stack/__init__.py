"""The local topology: every real part of the shop on one machine, started, watched and stopped together."""
