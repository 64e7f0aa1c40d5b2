create schema if not exists chat_mcp;

-- What is so of the archive as a whole: 'format' is how many of these files were run, 'number' tells the archive from others.
create table chat_mcp.setting (name text primary key, value bigint not null);
insert into chat_mcp.setting values ('format', 0);

-- Texts are written without NUL, which PostgreSQL does not take, and are compared by their bytes, as SQLite compares them.
create table chat_mcp.owner (
  no bigint generated always as identity primary key,
  name text collate "C" not null unique,
  sessions bigint not null default 0,
  compactions bigint not null default 0 -- how often words were taken out of those that are listed for it
);

-- The owners of the transaction: their names, a line each, are in a setting that ends with it. Without it there are none.
create function chat_mcp.owners() returns bigint[] language sql stable as $$
  select coalesce(array_agg(no), '{}') from chat_mcp.owner
$$;

-- Numbers of events grow with every session that is saved, over all owners, and those of a session follow each other.
create sequence chat_mcp.number;
create sequence chat_mcp.original_number;

create function chat_mcp.take_numbers(many bigint) returns bigint language plpgsql as $$
declare
  first bigint;
begin
  -- The lock ends with this call, not with the transaction, so that owners do not wait for each other.
  perform pg_advisory_lock(4844, 1);
  first := nextval('chat_mcp.number');
  if many > 1 then
    perform setval('chat_mcp.number', first + many - 1);
  end if;
  perform pg_advisory_unlock(4844, 1);
  return first;
end
$$;

-- What imported sessions were made of: the records of a file as they came, once for all sessions that were made of it.
create table chat_mcp.original (
  owner bigint not null,
  no bigint not null,
  hash bytea not null,      -- SHA-256 of all below, except the name and the time
  name text not null,       -- the file's path, or the name of a pipe
  place text not null,      -- the basis for ids if none is recorded
  format text not null,
  is_lines boolean not null, -- whether each line is a record; if not, all of it is one
  line int,                 -- the number of its line if each line of the file is a session
  changed bigint not null,  -- when the file was last changed, ticks, UTC
  bytes bigint not null,    -- the length of the records
  stored bigint not null,   -- the length of its parts, compressed
  parts int not null,
  primary key (owner, no),
  unique (owner, hash)
) partition by hash (owner);

create table chat_mcp.original_part (
  owner bigint not null,
  original bigint not null,
  part int not null,
  bytes int not null,
  body bytea not null,
  primary key (owner, original, part),
  foreign key (owner, original) references chat_mcp.original (owner, no) on delete cascade
) partition by hash (owner);

-- Sessions that were deleted while others of the same original were kept: they are not made of it again.
create table chat_mcp.unwanted (
  owner bigint not null,
  original bigint not null,
  id text collate "C" not null,
  primary key (owner, original, id),
  foreign key (owner, original) references chat_mcp.original (owner, no) on delete cascade
) partition by hash (owner);

create table chat_mcp.session (
  owner bigint not null,
  no bigint not null,         -- the number of its first event: its events and texts have the numbers from no to no + max(events, 1) - 1
  id text collate "C" not null,
  origin text not null,
  updated bigint not null,    -- ticks, UTC; -1 when unknown
  outcome smallint not null,  -- that of its events
  events int not null,
  bytes int not null,
  crc bigint not null,        -- CRC-32C of the JSON, since the compression has no checksum
  fetched_at bigint not null, -- ticks, UTC
  summary bytea not null,     -- the JSON without its events
  -- What lists are filtered by. They are empty where nothing is said.
  title text collate "C" not null,   -- without secrets, in folded case
  indexes text collate "C" not null, -- the ids of the indexes, each between line breaks
  agent text collate "C" not null,
  folder text collate "C" not null,  -- in folded case, with a slash before each part
  branch text collate "C" not null,
  parent text collate "C" not null,
  earlier_of text collate "C",       -- the id of the session that this is an earlier state of
  original bigint,                   -- what it was made of
  primary key (owner, no),
  unique (owner, id),
  foreign key (owner, original) references chat_mcp.original (owner, no)
) partition by hash (owner);
create index on chat_mcp.session (owner, updated desc, id);
create index on chat_mcp.session (owner, outcome, updated desc, id);
create index on chat_mcp.session (owner, agent, updated desc, id);
create index on chat_mcp.session (owner, folder, updated desc, id);
create index on chat_mcp.session (owner, branch, updated desc, id);
create index on chat_mcp.session (owner, parent, updated desc, id) where parent <> '';
create index on chat_mcp.session (owner, earlier_of) where earlier_of is not null;
create index on chat_mcp.session (owner, original) where original is not null;

-- The unchanged JSON, split before events. The first chunk includes the JSON before the events, the last the JSON after them.
create table chat_mcp.chunk (
  owner bigint not null,
  session bigint not null,
  position int not null, -- of its first event
  bytes int not null,
  body bytea not null,
  primary key (owner, session, position),
  foreign key (owner, session) references chat_mcp.session (owner, no) on delete cascade
) partition by hash (owner);

-- Each text that a search can find; at and length are its place in its chunk, in bytes.
create table chat_mcp.entry (
  owner bigint not null,
  session bigint not null,
  position int not null, -- of its first event
  kind smallint not null,
  tool text collate "C",
  outcome smallint,
  at int not null,
  length int not null,
  events int not null,   -- how many events make up the text: streamed pieces are joined
  primary key (owner, session, position),
  foreign key (owner, session) references chat_mcp.session (owner, no) on delete cascade
) partition by hash (owner);

-- The different words of a text. Of a text with more than PostgreSQL can hold of one, a word that says so: its words themselves decide.
create function chat_mcp.lexemes(words text) returns tsvector language sql immutable parallel safe as $$
  select case
    when octet_length(words) > 900000 then array_to_tsvector(array[U&'\E000l'])
    else array_to_tsvector(string_to_array(btrim(words), ' '))
  end
$$;

-- The words of each text in their order, produced by the program: between spaces, the first and the last too. The owner comes last in the key,
-- so that a search by words always uses the index of words.
create table chat_mcp.words (
  owner bigint not null,
  session bigint not null,
  position int not null,
  words text collate "C" not null,
  primary key (session, position, owner),
  foreign key (owner, session) references chat_mcp.session (owner, no) on delete cascade
) partition by hash (owner);
create index on chat_mcp.words using gin (chat_mcp.lexemes(words));

-- The words that begin with three letters, to expand prefixes such as test*.
create table chat_mcp.word (owner bigint not null, text text collate "C" not null, primary key (owner, text)) partition by hash (owner);

-- Files that were imported to their end: with the same size and time, they are not read again.
create table chat_mcp.imported (
  owner bigint not null,
  key bytea not null, -- SHA-256 of the path, which may be longer than an index takes
  path text not null,
  bytes bigint not null,
  modified bigint not null, -- ticks, UTC
  at bigint not null,       -- when they were imported, ticks, UTC
  primary key (owner, key)
) partition by hash (owner);

do $$
declare
  name text;
begin
  foreach name in array array['original', 'original_part', 'unwanted', 'session', 'chunk', 'entry', 'words', 'word', 'imported'] loop
    for part in 0..15 loop
      execute format(
        'create table chat_mcp.%I partition of chat_mcp.%I for values with (modulus 16, remainder %s)', name || '_' || part, name, part);
    end loop;
    -- The second wall: whatever a query asks for, it sees and writes the rows of the transaction's owners alone.
    execute format('alter table chat_mcp.%I enable row level security, force row level security', name);
    if name = 'words' then
      -- A condition that is not proven to tell nothing of hidden rows runs only after a policy, and then without its index. So the words that
      -- are looked for are in a setting, and the policy itself looks for them.
      create policy found on chat_mcp.words for select using (
        owner = any ((select chat_mcp.owners())::bigint[])
        and chat_mcp.lexemes(words) @@ current_setting('chat_mcp.words', true)::tsquery);
      create policy added on chat_mcp.words for insert with check (owner = any ((select chat_mcp.owners())::bigint[]));
    else
      execute format('create policy owned on chat_mcp.%I using (owner = any ((select chat_mcp.owners())::bigint[]))', name);
    end if;
  end loop;
end
$$;

alter table chat_mcp.owner enable row level security, force row level security;
create policy named on chat_mcp.owner using (
  current_setting('chat_mcp.maintenance', true) = 'on'
  or name = any (string_to_array(current_setting('chat_mcp.owner', true), E'\n')));

-- The compressed JSON gets no smaller.
alter table chat_mcp.chunk alter column body set storage external;
alter table chat_mcp.original_part alter column body set storage external;
