"""Making documents: lock first, then read, then compare, then store what differs.

engine      the one path every document takes
kinds       product, offer, category, navigation, list, home, sitemap: the SQL of their sources, a pure builder
routing     which consumers a changed document owes an effect
"""
