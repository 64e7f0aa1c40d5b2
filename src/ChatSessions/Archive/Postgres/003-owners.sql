-- The different words of a text, and one that says whose it is, so that a search never looks at texts of others. Of a text with more words than
-- PostgreSQL can hold of one, a word that says so stands for them: its words themselves decide.
create function chat_mcp.lexemes(words text, owner bigint) returns tsvector language sql immutable parallel safe as $$
  select array_to_tsvector(
    case when octet_length(words) > 900000 then array[U&'\E000l'] else string_to_array(btrim(words), ' ') end || (U&'\E000o' || owner::text))
$$;

drop policy found on chat_mcp.words;
drop index chat_mcp.words_lexemes_idx;
drop function chat_mcp.lexemes(text);
create index words_lexemes_idx on chat_mcp.words using gin (chat_mcp.lexemes(words, owner));
create policy found on chat_mcp.words for select using (
  owner = any ((select chat_mcp.owners())::bigint[])
  and chat_mcp.lexemes(words, owner) @@ current_setting('chat_mcp.words', true)::tsquery);

-- The owners of the transaction, found by their names. Only maintenance reads them all.
create or replace function chat_mcp.owners() returns bigint[] language plpgsql stable as $$
begin
  if current_setting('chat_mcp.maintenance', true) = 'on' then
    return array(select no from chat_mcp.owner);
  end if;
  return array(select no from chat_mcp.owner where name = any (string_to_array(current_setting('chat_mcp.owner', true), E'\n')));
end
$$;

create or replace function chat_mcp.take_numbers(many bigint) returns bigint language plpgsql as $$
declare
  first bigint;
begin
  -- The lock ends with the block, which is rolled back, and not with the transaction, so that owners do not wait for each other. It also ends if
  -- the call is cancelled. Sequences and variables are not rolled back.
  begin
    perform pg_advisory_xact_lock(4844, 1);
    first := nextval('chat_mcp.number');
    if many > 1 then
      perform setval('chat_mcp.number', first + many - 1);
    end if;
    raise exception using errcode = 'CM001';
  exception
    when sqlstate 'CM001' then null;
  end;
  return first;
end
$$;
