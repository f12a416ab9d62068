"""SQL of these tests."""

INSERT_ROLE = "INSERT INTO role (name, permissions) VALUES (%(name)s, '{}')"
SELECT_ROLE = "SELECT name FROM role WHERE name = %(name)s"
SHOW_TIME_OUTS = """
SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),
       current_setting('idle_in_transaction_session_timeout')
"""
