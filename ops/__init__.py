"""What operations use: the `techmart` command, the local topology, audits, benchmarks."""
