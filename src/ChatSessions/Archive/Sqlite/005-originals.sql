-- What imported sessions were made of: the records of a file as they came, once for all sessions that were made of it. Its parts have numbers
-- from no to no + parts - 1.
create table if not exists original (
  no integer primary key,
  owner integer not null references owner,
  hash blob not null,        -- SHA-256 of all below, except the name and the time
  name text not null,        -- the file's path, or the name of a pipe
  place text not null,       -- the basis for ids if none is recorded
  format text not null,
  is_lines integer not null, -- whether each line is a record; if not, all of it is one
  line integer,              -- the number of its line if each line of the file is a session
  changed integer not null,  -- when the file was last changed, ticks, UTC
  bytes integer not null,    -- the length of the records
  stored integer not null,   -- the length of its parts, compressed
  parts integer not null,
  unique (owner, hash)
) strict;
create table if not exists original_part (no integer primary key, bytes integer not null, body blob not null) strict;
create table if not exists session_original (session integer primary key, original integer not null) strict;
create index if not exists original_session on session_original (original);

-- Sessions that were deleted while others of the same original were kept: they are not made of it again.
create table if not exists unwanted (original integer not null, id text not null, primary key (original, id)) strict, without rowid;

-- Earlier states of sessions, which have what the later state no longer has. Lists show only the later one.
create table if not exists earlier_state (session integer primary key, owner integer not null, of text not null) strict;
create index if not exists earlier_of on earlier_state (owner, of);
