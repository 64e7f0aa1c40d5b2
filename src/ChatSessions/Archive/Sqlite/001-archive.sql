-- What any SQLite tool shows of the file: 0x43684172, "ChAr".
pragma application_id = 1130905970;

-- Ids of events are never given twice: replacing or deleting a session leaves its ids unused.
create table counter (name text primary key, value integer not null) strict, without rowid;
insert into counter values ('next_event', 1), ('compactions', 0);

-- Which key and project, or the local user. Its number stands on every session, and as a word in every row of the index.
create table owner (no integer primary key, name text not null unique, sessions integer not null default 0) strict;

create table tool (no integer primary key, name text not null unique) strict;

create table session (
  no integer primary key,      -- the id of its first event: its events, chunks and texts have ids from no to no + max(events, 1) - 1
  owner integer not null references owner,
  id text not null,
  origin text not null,
  updated integer not null,    -- ticks, UTC; -1 when unknown
  outcome integer not null,    -- as the summary says
  events integer not null,
  bytes integer not null,
  crc integer not null,        -- CRC-32C of the JSON: the compression has no checksum of its own
  fetched_at integer not null, -- ticks, UTC
  summary blob not null,       -- the JSON without its events
  unique (owner, id)
) strict;
create index session_newest on session (owner, updated desc, id);

-- The JSON as it came, cut where an event begins. The first chunk has what stands before the events, the last what follows them.
create table chunk (first_event integer primary key, bytes integer not null, body blob not null) strict;

-- Each text that can be found; offset and length say where it stands in its chunk, in bytes.
create table entry (
  id integer primary key,  -- that of its event
  kind integer not null,
  tool integer,
  outcome integer,
  offset integer not null,
  length integer not null,
  events integer not null  -- how many events make the text: pieces that were streamed are joined
) strict;

-- Its words, made by the program and parted by blanks. The text itself is in the chunks.
create virtual table words using fts5 (text, content = '', contentless_delete = 1, tokenize = 'ascii', detail = full);
-- Larger portions in memory and fewer merges: an import is a third faster by the one, a sixth by the other.
insert into words (words, rank) values ('hashsize', 16000000), ('automerge', 16);
-- Four times as many parts as begin to be merged, as is usual: with as many, every sixteenth commit merged all at once, and others waited for seconds.
insert into words (words, rank) values ('crisismerge', 64);
-- A part of the index is written anew once half of it is deleted, not a tenth: deleting some thousand texts took five times as long by that.
insert into words (words, rank) values ('deletemerge', 50);

-- The words that begin with three letters, for the ends of beginnings such as test*. One that nothing is left of does no harm until the file is compacted.
create table word (text text primary key) strict, without rowid;
create virtual table indexed_word using fts5vocab (words, row);
