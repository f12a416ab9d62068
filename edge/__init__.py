"""The edge: keys, bytes and cache headers. It knows nothing of shops beyond the names of addresses."""
