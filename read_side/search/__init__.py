"""Search, behind one boundary: an index that is opened, asked, and fed documents.

schema      fields and analyzers
fields      a document as the index holds it
corrector   words nobody wrote, corrected before the search
query       a shopper's words as a query
engine      search, facets, suggestions
writer      the node's only writer
"""
