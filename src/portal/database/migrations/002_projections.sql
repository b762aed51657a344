-- "My submitted forms" (projections/submitted_forms.py). `content` is sealed with the key of the referral.
create table submitted_forms (
  id          uuid        primary key,
  owner       uuid,
  draft_key   text        not null,
  service     text        not null,
  status      text        not null,
  started_at  timestamptz not null,
  changed_at  timestamptz not null,
  reference   text,
  received_at timestamptz,
  feedback_count bigint   not null,
  cannot_read bigint,
  content     bytea
);
create index submitted_forms_owner on submitted_forms (owner) where owner is not null;
create index submitted_forms_draft_key on submitted_forms (draft_key) where draft_key <> '';

-- The staff inbox (projections/staff_inbox.py). Rows of drafts have no received_at and are in no index of the desk.
create table staff_inbox (
  id              uuid        primary key,
  service         text        not null,
  status          text        not null,
  urgent          boolean     not null,
  reference       text,
  received_at     timestamptz,
  acknowledged_at timestamptz,
  changed_at      timestamptz,
  cannot_read     bigint,
  content         bytea
);
-- In the order of the inbox within each service and status; `urgent` once more, so that the index alone answers.
create index staff_inbox_desk on staff_inbox (service, status, (not urgent), received_at, id) include (urgent)
  where received_at is not null;

-- The dashboard (projections/dashboard.py): one row a referral, nothing personal.
create table dashboard (
  id              uuid        primary key,
  service         text        not null,
  status          text        not null,
  received_at     timestamptz,
  received_on     text,
  due_at          timestamptz,
  acknowledged_at timestamptz,
  cannot_read     bigint
);
create index dashboard_received on dashboard (received_at) where received_at is not null;
create index dashboard_waiting on dashboard (received_at)
  where acknowledged_at is null and received_at is not null and status <> 'erased';
