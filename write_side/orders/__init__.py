"""Orders: placing, finishing, returning what was left half-done."""
