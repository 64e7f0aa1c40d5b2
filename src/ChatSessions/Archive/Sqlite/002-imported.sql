-- Files that were imported to their end: with the same size and time, they are not read again.
create table imported (
  owner integer not null references owner,
  path text not null,
  bytes integer not null,
  modified integer not null, -- ticks, UTC
  at integer not null,       -- when they were imported, ticks, UTC
  primary key (owner, path)
) strict, without rowid;
