"""SQL that tests of every kind ask servers with."""

PAUSE_REPLAY = "SELECT pg_wal_replay_pause()"
RESUME_REPLAY = "SELECT pg_wal_replay_resume()"
IS_PAUSED = "SELECT pg_get_wal_replay_pause_state()"
