-- Signed-in sessions (application/sessions.py): revocable, 30 minutes idle, 12 hours at most.
create table sessions (
  id         uuid        not null unique default gen_random_uuid(),  -- what events name it by
  key        bytea       primary key,       -- sha-256 of the cookie: a stolen table opens no door
  account    uuid        not null,
  challenge  uuid        not null unique,   -- one session a challenge, however often its answer is sent again
  started_at timestamptz not null default now(),
  seen_at    timestamptz not null default now()
);
create index sessions_account on sessions (account);
