-- Signed-in sessions (application/sessions.py): revocable, 30 minutes idle, 12 hours at most, five an account.
create table sessions (
  id         uuid        not null unique default gen_random_uuid(),  -- what events name it by
  key        bytea       primary key,       -- sha-256 of the cookie: a stolen table opens no door
  account    uuid        not null,
  challenge  uuid        not null unique,   -- one session a challenge, however often its answer is sent again
  begun_by   text        not null,
  started_at timestamptz not null,          -- when the challenge was passed
  seen_at    timestamptz not null default now(),
  ended_at   timestamptz,
  why_ended  text
);
create index sessions_account on sessions (account);
create index sessions_started on sessions (started_at);
