-- What `dead-letters list` shows of an entry, and why SQL refused it.
alter table dead_letters add column kind text not null default '';
alter table dead_letters add column sqlstate text not null default '';
