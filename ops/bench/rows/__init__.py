"""One module a row: `ROW` and the functions behind it."""
