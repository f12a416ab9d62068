"""SQL of the search tests."""

INSERT_DOCUMENT = """
INSERT INTO document (kind, id, version, state, content) VALUES ('product', '01900000-0000-7000-8000-000000000000', 1, 'gone', %(content)s)
ON CONFLICT (kind, id) DO UPDATE SET version = document.version + 1
"""
