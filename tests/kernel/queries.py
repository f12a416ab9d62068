"""SQL of these tests."""

INSERT_ROLE = "INSERT INTO role (name, permissions) VALUES (%(name)s, '{}')"
DELETE_ROLE = "DELETE FROM role WHERE name = %(name)s RETURNING name"
SELECT_ROLE = "SELECT name FROM role WHERE name = %(name)s"
SHOW_TIME_OUTS = """
SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),
       current_setting('idle_in_transaction_session_timeout')
"""
SHOW_PLANS = "SHOW plan_cache_mode"
ADD_ONE = "SELECT %(number)s + 1"
COUNT_PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1 + 1%%'"
