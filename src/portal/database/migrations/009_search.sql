-- Whom the referrals are about (projections/people_index.py): keyed hashes, in clear only of what was sent.
create table people_index (
  id          uuid        primary key,
  received_at timestamptz,
  terms       text        not null,
  cannot_read bigint,
  content     bytea
);
-- No pending list: the transaction that would have to clear it is the one that puts a referral on the desk.
create index people_index_terms on people_index using gin (string_to_array(terms, ' ')) with (fastupdate = off)
  where received_at is not null;
