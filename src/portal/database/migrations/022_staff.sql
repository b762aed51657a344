-- When the owner of a session last showed a second factor (application/stepping_up.py): what is dangerous needs a fresh one.
create table proofs (
  session   uuid        primary key,
  proved_at timestamptz not null default now()
);

-- Ways to the council's directory that were begun in some browser (application/joining.py): each leads back once,
-- within ten minutes. Keyed hashes; losing them does no harm.
create unlogged table directory_attempts (
  key        bytea       primary key,
  started_at timestamptz not null default now()
);

-- Sessions of people who came by the council's directory, and when it last said that they still belong to it. `sealed`
-- holds what it is asked with; `strong`: begun with a second factor; `asking_until` keeps two workers from asking at once.
create table directory_sessions (
  session      uuid        primary key,
  account      uuid        not null,
  strong       boolean     not null,
  sealed       bytea       not null,
  checked_at   timestamptz not null default now(),
  asking_until timestamptz not null default '-infinity'
);
create index directory_sessions_checked on directory_sessions (checked_at);
