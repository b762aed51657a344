-- The story of the key-encryption keys (eventstore/kek_versions.py). Nothing secret. The newest version in here wraps;
-- one that is not in here yet waits in the secrets until `portal keys rotate`.
create table keks (
  version      int           primary key,
  began_at     timestamptz   not null default clock_timestamp(),
  rewrapped_at timestamptz,                          -- when the last live key had left it
  escrowed_at  timestamptz[] not null default '{}',  -- when sealed copies were made that hold it
  retired_at   timestamptz                           -- when it was destroyed
);
