"""Selling: from an empty cart to a placed order, on the running stack."""
