-- Feedback about services and enquiries about fostering (projections/enquiries.py): nothing personal.
create table enquiries (
  id          uuid        primary key,
  kind        text        not null,
  status      text        not null,
  reference   text,
  sent_at     timestamptz not null,
  answered_at timestamptz,
  cannot_read bigint
);
create index enquiries_by_kind on enquiries (kind, status, sent_at, id);
