"""SQL of the search tests."""

INSERT_DOCUMENT = """
INSERT INTO document (kind, id, version, state, content) VALUES ('product', 'snapshot-test', 1, 'gone', %(content)s)
ON CONFLICT (kind, id) DO UPDATE SET version = document.version + 1
"""
