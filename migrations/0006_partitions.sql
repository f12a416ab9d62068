-- Day partitions of events and deliveries, made ahead and dropped when old and done.

-- The least UUIDv7 of an instant: 48 bits of milliseconds, then zeroes.
CREATE FUNCTION uuid_of_instant(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Whoever makes, drops or replays a day holds this lock.
CREATE FUNCTION lock_outbox_days() RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('techmart.outbox.days', 0))
$$;

CREATE FUNCTION prepare_outbox_partitions(days integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    day date;
    made integer := 0;
    parent text;
BEGIN
    PERFORM lock_outbox_days();
    FOR day IN SELECT d::date FROM generate_series((now() AT TIME ZONE 'UTC')::date + 1, (now() AT TIME ZONE 'UTC')::date + days, '1 day') d LOOP
        FOREACH parent IN ARRAY ARRAY['outbox_event', 'outbox_delivery'] LOOP
            IF to_regclass(format('%I', parent || '_' || to_char(day, 'YYYYMMDD'))) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    parent || '_' || to_char(day, 'YYYYMMDD'), parent,
                    uuid_of_instant(day::timestamp AT TIME ZONE 'UTC'), uuid_of_instant((day + 1)::timestamp AT TIME ZONE 'UTC'));
                made := made + 1;
            END IF;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;

-- Drops days older than `keep_days` of which nothing is undone; what is dead is kept in outbox_dead first.
CREATE FUNCTION drop_outbox_partitions(keep_days integer) RETURNS integer LANGUAGE plpgsql AS $$
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
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE done_at IS NULL AND dead_at IS NULL)', 'outbox_delivery_' || old.day) INTO undone;
        CONTINUE WHEN undone;
        EXECUTE format('INSERT INTO outbox_dead SELECT event_id, consumer, key, command_id, attempts, last_error, dead_at FROM %I
                         WHERE dead_at IS NOT NULL ON CONFLICT DO NOTHING', 'outbox_delivery_' || old.day);
        EXECUTE format('DROP TABLE %I, %I', 'outbox_delivery_' || old.day, 'outbox_event_' || old.day);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;

-- What landed in the DEFAULT partitions and is done goes when it is old.
CREATE FUNCTION sweep_outbox_defaults(keep_days integer) RETURNS void LANGUAGE sql AS $$
    WITH old AS (SELECT uuid_of_instant(now() - make_interval(days => keep_days)) AS before), gone AS (
        DELETE FROM outbox_delivery_default d USING old WHERE d.event_id < old.before AND d.done_at IS NOT NULL
    )
    DELETE FROM outbox_event_default e USING old
     WHERE e.id < old.before
       AND NOT EXISTS (SELECT 1 FROM outbox_delivery d WHERE d.event_id = e.id AND d.done_at IS NULL)
$$;

SELECT prepare_outbox_partitions(14);
