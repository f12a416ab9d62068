"""What staff read."""
