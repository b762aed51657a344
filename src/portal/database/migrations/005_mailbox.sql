-- The demonstration's mailbox (mail/mailbox.py). Letters are sealed.
create table mailbox (
  id         bigint generated always as identity primary key,
  message_id text        not null unique,
  sealed     bytea       not null,
  sent_at    timestamptz not null default now()
);
