-- What somebody posted after their session had run out (application/keeping.py): sealed, theirs alone, for a day.
create table kept_forms (
  account uuid        not null,
  path    text        not null,  -- of the page: ids only
  sealed  bytea       not null,
  kept_at timestamptz not null default now(),
  primary key (account, path)
);
create index kept_forms_kept on kept_forms (kept_at);
