-- Files that were imported to their end: found again with the same size and time, they need not be read.
create table imported (
  owner integer not null references owner,
  path text not null,
  bytes integer not null,
  modified integer not null, -- ticks, UTC
  at integer not null,       -- when they were imported, ticks, UTC
  primary key (owner, path)
) strict, without rowid;
