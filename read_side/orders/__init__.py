"""Orders as their buyers read them."""
