-- The story of the key-encryption keys (eventstore/kek_versions.py). Nothing secret. The newest version in here wraps;
-- one that is not in here yet waits in the secrets until `portal keys rotate`.
create table keks (
  version      int           primary key,
  began_at     timestamptz   not null default clock_timestamp(),
  check_value  bytea,                                -- a keyed hash by which another key of this version is known
  rewrapped_at timestamptz,                          -- when the last key that opens had left it
  escrowed_at  timestamptz[] not null default '{}',  -- when sealed copies were made that hold it
  retired_at   timestamptz                           -- when it was destroyed
);

-- Set by the owner alone as a version is retired: nobody could unwrap this key, and nobody will.
alter table keys add column given_up_at timestamptz;
