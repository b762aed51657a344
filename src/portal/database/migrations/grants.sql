-- What the application role may do. The log is only ever added to.
revoke all on all tables in schema public from {application};
grant usage on schema public to {application};
grant select, insert on events, claims, keys to {application};
-- wrapping keys anew and destroying them are the only changes that the key rows see
grant update (wrapped, kek_version, destroyed_at) on keys to {application};
grant select, insert, update on checkpoints, parked, jobs to {application};
grant delete on parked to {application};
grant select, insert, update, delete on submitted_forms, staff_inbox, dashboard, people_index, enquiries to {application};
grant select, insert, update, delete on document_checks to {application};
grant select, insert, update, delete on sessions, limits, kept_forms to {application};
grant select, insert, update, delete on proofs, directory_attempts, directory_sessions to {application};
grant select, insert, delete on document_parts to {application};
grant select, insert on mailbox to {application};
grant select, insert, update on keks to {application};
grant select on gazetteer to {application};
grant select on migrations to {application};
