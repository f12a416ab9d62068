"""One's cart, as it is stored."""
