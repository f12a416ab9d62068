"""Carts: lines, prices and totals."""
