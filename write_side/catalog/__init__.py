"""Products, variants, brands, categories."""
