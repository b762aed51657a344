-- A worker's ledger of destroyed keys is completed from these as it starts (eventstore/destroying.py).
create index keys_destroyed on keys (stream_id) where destroyed_at is not null;
