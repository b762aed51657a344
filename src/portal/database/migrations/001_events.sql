-- The log. Rows are only ever added: the application role may insert and select, nothing else (grants.sql).
create table events (
  position    bigint generated always as identity (cache 1) primary key,  -- cache 1: the feed stands on it
  id          uuid        not null unique,         -- uuid5(who asked + idempotency key, ordinal): a repeat is refused
  stream_id   uuid        not null,
  version     int         not null check (version >= 0),
  topic       text        not null,
  state       bytea       not null,                -- sealed where key_id is set
  key_id      uuid,
  metadata    jsonb       not null,                -- opaque ids only
  recorded_at timestamptz not null default clock_timestamp(),
  unique (stream_id, version)
);

-- One data key a confidential stream, wrapped by a key-encryption key that is never in here.
-- Destroying a key sets `wrapped` to null: everything sealed with it is unreadable from then on.
create table keys (
  id           uuid        primary key,
  stream_id    uuid        not null unique,
  kek_version  int         not null,
  wrapped      bytea,
  created_at   timestamptz not null default now(),
  destroyed_at timestamptz
);

-- Names of which there may be one: an account's e-mail address, a referral's reference. Only keyed hashes of them.
create table claims (
  name      bytea primary key,
  stream_id uuid  not null
);

-- How far each subscription (projection or reaction) has read; its row lock is its leadership.
create table checkpoints (
  name     text   primary key,
  position bigint not null
);

-- Streams that a subscription could not read on: set aside, visibly, so that nothing else has to wait.
create table parked (
  subscription text        not null,
  stream_id    uuid        not null,
  position     bigint      not null,
  why          text        not null,
  parked_at    timestamptz not null default now(),
  primary key (stream_id, subscription)
);
create index parked_subscription on parked (subscription);
