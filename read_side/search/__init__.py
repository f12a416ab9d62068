"""Search, behind one boundary: an index that is opened, asked, and fed documents.

schema, fields      the index, and a document as it holds it
writer              the node's only writer
engine, view        the index as readers see it, and one version of it
words, vocabulary, reading      a text: its words, slips corrected, the ways to read it
postings, matching, ranking     what each word finds, what they find together, in which order
columns, arrays, frequent, facets       what filters, sorts and counts read
suggest             what finishes a text
own                 one's own changes among the hits
cards, pages, parameters, routes        over HTTP
"""
