"""SQL of the tests of selling."""

EXPIRE_HOLDS = """
UPDATE stock_hold SET expires_at = clock_timestamp() - interval '1 second'
 WHERE cart_id = ANY(%(carts)s::uuid[]) AND state = 'held'
"""

COUNT_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"

PAUSE_REPLAY = "SELECT pg_wal_replay_pause()"
RESUME_REPLAY = "SELECT pg_wal_replay_resume()"
IS_PAUSED = "SELECT pg_get_wal_replay_pause_state()"
