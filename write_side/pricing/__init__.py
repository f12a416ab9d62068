"""Prices of SKUs."""
