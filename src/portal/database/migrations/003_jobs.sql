-- Work to do later (jobs/queue.py): only the id of the event that caused it, never anything personal.
-- Rows stay after they are done, so that the same event can never cause the same job twice.
create table jobs (
  id           bigint generated always as identity primary key,
  event_id     uuid        not null,
  kind         text        not null,
  run_at       timestamptz not null,
  patience     interval    not null,  -- how long after run_at it is still worth trying
  deadline     timestamptz not null,
  attempts     int         not null default 0,
  lease        uuid,
  leased_until timestamptz,
  done_at      timestamptz,
  held_at      timestamptz,       -- failed for good: somebody has to look
  fault        text,              -- the name of a type, never a text
  unique (event_id, kind)
);
create index jobs_due on jobs (run_at) where done_at is null and held_at is null;
create index jobs_held on jobs (held_at) where held_at is not null;
