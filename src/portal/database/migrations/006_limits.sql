-- How much of an hour's share an account has used (application/limits.py). Keyed hashes; losing them does no harm.
create unlogged table limits (
  key        bytea       primary key,
  used_until timestamptz not null
);
