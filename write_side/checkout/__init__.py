"""Checkout: holds and shipping options."""
