-- Identifies the file in any SQLite tool: 0x43684172, "ChAr".
pragma application_id = 1130905970;

-- Ids of events are never reused: replacing or deleting a session leaves its ids unused.
create table counter (name text primary key, value integer not null) strict, without rowid;
insert into counter values ('next_event', 1), ('compactions', 0);

-- A key and project, or the local user. Its number is in every session, and as a filter word in every row of the index.
create table owner (no integer primary key, name text not null unique, sessions integer not null default 0) strict;

create table tool (no integer primary key, name text not null unique) strict;

create table session (
  no integer primary key,      -- the id of its first event: its events, chunks and texts have ids from no to no + max(events, 1) - 1
  owner integer not null references owner,
  id text not null,
  origin text not null,
  updated integer not null,    -- ticks, UTC; -1 when unknown
  outcome integer not null,    -- as in the summary
  events integer not null,
  bytes integer not null,
  crc integer not null,        -- CRC-32C of the JSON, since the compression has no checksum
  fetched_at integer not null, -- ticks, UTC
  summary blob not null,       -- the JSON without its events
  unique (owner, id)
) strict;
create index session_newest on session (owner, updated desc, id);

-- The unchanged JSON, split before events. The first chunk includes the JSON before the events, the last the JSON after them.
create table chunk (first_event integer primary key, bytes integer not null, body blob not null) strict;

-- Each text that a search can find; offset and length are its place in its chunk, in bytes.
create table entry (
  id integer primary key,  -- that of its event
  kind integer not null,
  tool integer,
  outcome integer,
  offset integer not null,
  length integer not null,
  events integer not null  -- how many events make up the text: streamed pieces are joined
) strict;

-- The words of each text, produced by the program and separated by spaces. The text itself is in the chunks.
create virtual table words using fts5 (text, content = '', contentless_delete = 1, tokenize = 'ascii', detail = full);
-- A larger buffer in memory and fewer merges make an import a third and a sixth faster.
insert into words (words, rank) values ('hashsize', 16000000), ('automerge', 16);
-- Four times automerge, the usual ratio: with both at 16, every sixteenth commit merged everything at once, and others waited for seconds.
insert into words (words, rank) values ('crisismerge', 64);
-- A segment is rewritten when half of it is deleted, not a tenth: with a tenth, deleting a few thousand texts took five times as long.
insert into words (words, rank) values ('deletemerge', 50);

-- The words that begin with three letters, to expand prefixes such as test*. Unused words are harmless, and are removed when the file is compacted.
create table word (text text primary key) strict, without rowid;
create virtual table indexed_word using fts5vocab (words, row);
