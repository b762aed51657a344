-- How much of a share has been used (application/limits.py). Keyed hashes; losing them does no harm.
create unlogged table limits (
  key        bytea       primary key,
  used_until timestamptz not null
) with (fillfactor = 70);
