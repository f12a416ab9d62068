"""A payment gateway with a ledger of its own, speaking the part of Stripe's HTTP API that the shop uses.

What becomes of a charge is scripted by its token (`tokens.py`). Nothing is imported from the shop's adapter or from
Stripe's SDK: this is the other side of the wire.
"""
