-- A key that was destroyed stays so, whoever writes to its row.
alter table keys add constraint destroyed_for_good check (destroyed_at is null or wrapped is null);

-- A worker's ledger of destroyed keys is completed from these as it starts (eventstore/destroying.py).
create index keys_destroyed on keys (stream_id) where destroyed_at is not null;
