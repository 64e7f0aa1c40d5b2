-- Each pair of words has one of more characters now: of the fewer ones before, a long text had so many that most phrases seemed to be in it.
-- Texts that have those are found as texts without pairs.
alter table chat_mcp.words no force row level security;
update chat_mcp.words set pairs = null where pairs is not null;
alter table chat_mcp.words force row level security;

-- Reading the words of a text takes a third less time so. PostgreSQL has it since version 14, if it was built with it. Each partition has its own
-- setting.
do $$
declare
  part regclass;
begin
  for part in
    select 'chat_mcp.words'::regclass union all select inhrelid from pg_inherits where inhparent = 'chat_mcp.words'::regclass
  loop
    execute format('alter table %s alter column words set compression lz4', part);
  end loop;
exception
  when syntax_error or feature_not_supported then null;
end
$$;
