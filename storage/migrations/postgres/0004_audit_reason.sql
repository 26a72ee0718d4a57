-- Why an operator acted, in their own words; null where nobody said.
alter table audit_log add column reason text;
-- Whether an act that is given again is there already.
create index audit_log_created_at on audit_log (created_at);
