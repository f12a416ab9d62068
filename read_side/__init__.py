"""What readers get: documents and the SQL that makes them, search, and the read API."""
