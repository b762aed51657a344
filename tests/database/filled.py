"""A database as full as a council's after some years, with made-up rows: for the planner, not for reading."""

import asyncpg

REFERRALS = 20_000
FILL = f"""
select setseed(0.5);
create temporary table made as
  select n, md5('referral' || n)::uuid as id, md5('key' || n)::uuid as key_id, md5('account' || n / 3)::uuid as owner,
    (array['early_help', 'social_care', 'lado'])[1 + (random() * 2.99)::int % 3] as service,
    case when n <= 40 then 'new' when random() < 0.1 then 'acknowledged' when random() < 0.01 then 'withdrawn'
      when random() < 0.1 then 'draft' else 'answered' end as status,
    now() - n * interval '1 hour' as received_at
  from generate_series(1, {REFERRALS}) n;
insert into keys (id, stream_id, kek_version, wrapped) select key_id, id, 1, sha256(id::text::bytea) from made;
insert into events (id, stream_id, version, topic, state, key_id, metadata, recorded_at)
  select md5('event' || n || '.' || version)::uuid, id, version, 'made.up', sha256(id::text::bytea), key_id, '{{}}',
    received_at
  from made cross join generate_series(1, 4) version order by version, n;
insert into claims (name, stream_id) select sha256(('claim' || n)::bytea), id from made;
insert into checkpoints (name, position)
  select name, 4 * {REFERRALS} from unnest(array[
    'submitted_forms', 'staff_inbox', 'dashboard', 'people_index', 'enquiries', 'document_checks']) name;
insert into parked (subscription, stream_id, position, why)
  select name, id, n, 'made up' from made cross join unnest(array['submitted_forms', 'staff_inbox', 'dashboard']) name;
insert into submitted_forms (id, owner, draft_key, service, status, started_at, changed_at, feedback_count)
  select id, case when status <> 'draft' or n % 2 = 0 then owner end,
    case when status = 'draft' and n % 2 = 1 then md5('token' || n) else '' end,
    service, status, received_at, received_at, 0 from made;
insert into staff_inbox (id, service, status, urgent, received_at)
  select id, service, status, random() < 0.1, case when status <> 'draft' then received_at end from made;
insert into dashboard (id, service, status, received_at, received_on, due_at, acknowledged_at)
  select id, service, status, received_at, received_at::date::text, received_at + interval '1 day',
    case when status <> 'new' then received_at + interval '2 hours' end
  from made where status <> 'draft';
insert into people_index (id, received_at, terms)
  select id, received_at,
    (select string_agg(md5(format('%s %s', term, n % (50 * term))), ' ') from generate_series(1, 7) term)
  from made where status <> 'draft';
insert into enquiries (id, kind, status, reference, sent_at)
  select id, 'foster_enquiry', 'answered', md5('enquiry' || n), received_at from made;
insert into document_checks (id, waiting) select id, 0 from made;
insert into jobs (event_id, kind, run_at, patience, deadline, done_at)
  select md5('event' || n || '.1')::uuid, kind, received_at, '1 day', received_at + interval '1 day',
    case when n > 40 then received_at end
  from made cross join unnest(array['letter', 'reminder']) kind;
update jobs set done_at = null, held_at = run_at, fault = 'MadeUp' where id % 1000 = 0 and done_at is not null;
insert into sessions (key, account, challenge, begun_by, started_at)
  select sha256(('session' || n)::bytea), owner, md5('challenge' || n)::uuid, 'signing_in', now() from made;
insert into limits (key, used_until) select sha256(('limit' || n)::bytea), now() from made;
analyze;
"""  # noqa: S608 - numbers of our own


async def fill(url: str) -> None:
    """Put the rows in, as the database's owner."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(FILL)
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()
