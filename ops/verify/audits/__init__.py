"""One module an audit: `AUDIT` and the functions behind it."""
