"""SQL of the flows' tests."""

PAUSE_REPLAY = "SELECT pg_wal_replay_pause()"
RESUME_REPLAY = "SELECT pg_wal_replay_resume()"
LOCK_PRODUCTS = "LOCK TABLE product IN ACCESS EXCLUSIVE MODE"
