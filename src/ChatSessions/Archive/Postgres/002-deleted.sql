-- Sessions that were deleted: an import of their folder and a sync leave them out until they are updated. Their ids are not kept.
create table chat_mcp.deleted (
  owner bigint not null,
  key text collate "C" not null, -- SHA-256 of the id
  updated bigint not null,       -- when they were last updated, ticks, UTC
  primary key (owner, key)
) partition by hash (owner);

do $$
begin
  for part in 0..15 loop
    execute format('create table chat_mcp.%I partition of chat_mcp.deleted for values with (modulus 16, remainder %s)', 'deleted_' || part, part);
  end loop;
end
$$;

alter table chat_mcp.deleted enable row level security, force row level security;
create policy owned on chat_mcp.deleted using (owner = any ((select chat_mcp.owners())::bigint[]));
