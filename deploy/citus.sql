-- Distributes an empty archive over the machines of Citus, by owner. Run it with psql, as the role that the program uses. The tables are made when
-- the first session is saved, so save one and delete it before:
--
--   chat-mcp-server import FILE --archive postgres://USER@HOST/DATABASE
--   chat-mcp-server archive delete ID --archive postgres://USER@HOST/DATABASE
--
-- The second part was not run: check it against the documentation of Citus.

-- Citus makes the partitions itself, so the tables are made again without theirs, with the same keys, indexes and policies. The owners are kept,
-- and which sessions were deleted and which files were imported; the list of words, which belong to sessions, is empty again.
begin;
create schema chat_mcp_plain;
do $$
declare
  names text[] := array['original', 'original_part', 'unwanted', 'session', 'chunk', 'entry', 'words', 'word', 'imported', 'deleted'];
  name text;
  after text[];
  statement text;
begin
  perform set_config('chat_mcp.maintenance', 'on', true);
  if exists (select from chat_mcp.session) then
    raise exception 'The archive is not empty. Copy it into a new one with chat-mcp-server archive copy, after this has made its tables.';
  end if;
  select array_agg(line) into after from (
    select format('alter table %s add %s', conrelid::regclass, pg_get_constraintdef(oid)) as line
    from pg_constraint
    where contype = 'f' and conparentid = 0 and connamespace = 'chat_mcp'::regnamespace
    union all
    select format('create policy %I on chat_mcp.%I for %s', policyname, tablename, cmd)
      || coalesce(' using (' || qual || ')', '') || coalesce(' with check (' || with_check || ')', '')
    from pg_policies
    where schemaname = 'chat_mcp' and tablename = any (names)) lines;
  foreach name in array names loop
    execute format('create table chat_mcp_plain.%I (like chat_mcp.%I including all)', name, name);
    if name in ('imported', 'deleted') then
      execute format('insert into chat_mcp_plain.%I select * from chat_mcp.%I', name, name);
    end if;
  end loop;
  foreach name in array names loop
    execute format('drop table chat_mcp.%I cascade', name);
    execute format('alter table chat_mcp_plain.%I set schema chat_mcp', name);
    execute format('alter table chat_mcp.%I enable row level security, force row level security', name);
  end loop;
  foreach statement in array after loop
    execute statement;
  end loop;
end
$$;
drop schema chat_mcp_plain;
commit;

-- Distributes them, with their rows: maintenance sees those of all owners.
set chat_mcp.maintenance = 'on';
select create_reference_table('chat_mcp.setting');
select create_reference_table('chat_mcp.owner');
-- As many shards as you like, by owner, each table next to the others.
select create_distributed_table('chat_mcp.original', 'owner', shard_count => 32);
select create_distributed_table(name, 'owner', colocate_with => 'chat_mcp.original')
from unnest(array[
  'chat_mcp.original_part', 'chat_mcp.unwanted', 'chat_mcp.session', 'chat_mcp.chunk', 'chat_mcp.entry', 'chat_mcp.words', 'chat_mcp.word',
  'chat_mcp.imported', 'chat_mcp.deleted']) as name;
