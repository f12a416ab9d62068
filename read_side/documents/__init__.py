"""Documents as bytes: the read API's answers and the bucket's objects come out of the same functions."""
