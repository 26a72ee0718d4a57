-- Rises with every change of the catalogue, in the same transaction, so that a
-- server sees by one number that somebody else (an import, another server) has
-- changed it.
create table catalogue_stamp (
  one integer primary key check (one = 1),
  number bigint not null
);
insert into catalogue_stamp (one, number) values (1, 0);
