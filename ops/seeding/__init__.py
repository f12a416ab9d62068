"""A made-up electronics shop of any size, always the same for the same size."""
