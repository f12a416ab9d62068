"""`techmart verify`: audits that prove a live stack right.

One audit is one module below `audits/`; a new one is such a module and a line in `registry`.
"""
