-- Sessions that were deleted: an import of their folder and a sync leave them out until they are updated. Their ids are not kept.
create table if not exists deleted (
  owner integer not null references owner,
  key text not null,         -- SHA-256 of the id
  updated integer not null,  -- when they were last updated, ticks, UTC
  primary key (owner, key)
) strict, without rowid;
