"""Prices of SKUs, and what a cart costs."""
