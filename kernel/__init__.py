"""What every part stands on: settings, database, outbox, events, shapes, money, ids, errors, web."""
