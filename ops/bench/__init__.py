"""`techmart bench`: what the shop costs and how fast it is, each figure beside its limit of the same run.

One row is one module below `rows/`; a new one is such a module and a line in `registry`.
"""
