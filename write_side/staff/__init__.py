"""What staff changed, for good."""
