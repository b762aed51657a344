-- A document has a key of its own, whose `stream_id` is the document. It goes when `referral` is erased.
alter table keys add column referral uuid;
create index keys_referral on keys (referral) where referral is not null;
create index keys_documents on keys (stream_id) where referral is not null;

-- Documents where they are kept in the database (documents/postgres.py), in sealed parts, read and written one by one.
create table document_parts (
  document   uuid        not null,
  number     int         not null check (number >= 0),
  sealed     bytea       not null,
  written_at timestamptz not null default clock_timestamp(),
  primary key (document, number)
);
-- Sealed bytes cannot be compressed, and are not tried.
alter table document_parts alter column sealed set storage external;
-- The sweep looks at the first parts of what is old.
create index document_parts_first on document_parts (written_at, document) where number = 0;

-- Which referrals have documents that wait to be checked, or are due to be checked again (projections/document_checks.py).
create table document_checks (
  id            uuid   primary key,
  waiting       bigint not null,
  waiting_since timestamptz,
  due_at        timestamptz,
  scanner       text   not null,
  cannot_read   bigint,
  content       bytea
);
create index document_checks_waiting on document_checks (waiting_since) where waiting > 0;
create index document_checks_due on document_checks (due_at) where due_at is not null;
