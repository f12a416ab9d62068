-- An event carries the trace it belongs to (W3C traceparent), so that work done for it later goes on in that trace.
-- NOT VALID: no row holds a value yet, and a scan of a week of events would keep commands waiting.
ALTER TABLE outbox_event ADD COLUMN traceparent text;
ALTER TABLE outbox_event ADD CONSTRAINT outbox_event_traceparent_check CHECK (length(traceparent) = 55) NOT VALID;
COMMENT ON COLUMN outbox_event.traceparent IS 'Span of the command, as W3C Trace Context writes it; empty while traces are off';

-- A dead delivery of an old day may be revived while the day is looked at: the partition is locked before it is asked
-- whether anything of it is undone, so that the answer still holds when it is dropped.
CREATE OR REPLACE FUNCTION drop_outbox_partitions(keep_days integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    old record;
    undone boolean;
    dropped integer := 0;
BEGIN
    PERFORM lock_outbox_days();
    FOR old IN
        SELECT substring(c.relname FROM '\d{8}$') AS day FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent = 'outbox_delivery'::regclass AND c.relname ~ '\d{8}$'
           AND to_date(substring(c.relname FROM '\d{8}$'), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - keep_days
    LOOP
        EXECUTE format('LOCK TABLE ONLY %I IN SHARE ROW EXCLUSIVE MODE', 'outbox_delivery_' || old.day);
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE done_at IS NULL AND dead_at IS NULL)', 'outbox_delivery_' || old.day) INTO undone;
        CONTINUE WHEN undone;
        EXECUTE format('INSERT INTO outbox_dead SELECT event_id, consumer, key, command_id, attempts, last_error, dead_at FROM %I
                         WHERE dead_at IS NOT NULL ON CONFLICT DO NOTHING', 'outbox_delivery_' || old.day);
        EXECUTE format('DROP TABLE %I, %I', 'outbox_delivery_' || old.day, 'outbox_event_' || old.day);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
