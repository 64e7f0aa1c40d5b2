-- The index of words finds most texts by itself now: the words of a phrase by their pairs, and texts of agents, folders and branches by marks.
drop policy found on chat_mcp.words;
drop index chat_mcp.words_lexemes_idx;
drop function chat_mcp.lexemes(text, bigint);

alter table chat_mcp.words
  add column marks text collate "C" not null default '', -- what the text is, and its session: words, each before a space
  add column pairs text collate "C";                     -- a character for each two words in a row; null if it was saved without

-- Marks stood after the words, the windows of numbers too, which the index makes itself now.
alter table chat_mcp.words no force row level security;
alter table chat_mcp.session no force row level security;
update chat_mcp.words w set
  words = left(w.words, strpos(w.words, U&' \E000 \E000k')),
  marks = regexp_replace(substr(w.words, strpos(w.words, U&' \E000 \E000k') + 3), U&'\E000n[0-9_]+ ', '', 'g')
    || case when s.parent <> '' then U&'\E000p ' else '' end
    || case when s.folder <> '' then U&'\E000f' || left(encode(sha256(convert_to(s.folder, 'UTF8')), 'hex'), 16) || ' ' else '' end
    || case when s.agent <> '' then U&'\E000a' || left(encode(sha256(convert_to(s.agent, 'UTF8')), 'hex'), 16) || ' ' else '' end
    || case when s.branch <> '' then U&'\E000b' || left(encode(sha256(convert_to(s.branch, 'UTF8')), 'hex'), 16) || ' ' else '' end
from chat_mcp.session s
where s.owner = w.owner and s.no = w.session and strpos(w.words, U&' \E000 \E000k') > 0;
alter table chat_mcp.words force row level security;
alter table chat_mcp.session force row level security;

-- Each word after the owner's number, with a dot for a text of a subagent and else a colon, so that a search looks at no texts but those it may
-- find. Of a text with more words than PostgreSQL can hold of one, a word that says so stands for them: its words themselves decide.
create function chat_mcp.lexemes(words text, marks text, pairs text, owner bigint, session bigint) returns tsvector
language sql immutable parallel safe as $$
  select array_to_tsvector(
    string_to_array(
      ltrim(
        replace(
          case when octet_length(words) > 900000 then U&' \E000l' else rtrim(words) end,
          ' ',
          ' ' || owner::text || case when strpos(marks, U&'\E000p ') > 0 then '.' else ':' end)),
      ' ')
    || string_to_array(btrim(marks), ' ')
    || case when pairs is null then array[U&'\E000q'] else string_to_array(pairs, null) end
    || array[
      U&'\E000w' || owner::text,
      U&'\E000n12_' || (session >> 12)::text, U&'\E000n14_' || (session >> 14)::text, U&'\E000n16_' || (session >> 16)::text,
      U&'\E000n18_' || (session >> 18)::text, U&'\E000n20_' || (session >> 20)::text, U&'\E000n22_' || (session >> 22)::text,
      U&'\E000n24_' || (session >> 24)::text, U&'\E000n26_' || (session >> 26)::text])
$$;
create index words_lexemes_idx on chat_mcp.words using gin (chat_mcp.lexemes(words, marks, pairs, owner, session));
create policy found on chat_mcp.words for select using (
  owner = any ((select chat_mcp.owners())::bigint[])
  and chat_mcp.lexemes(words, marks, pairs, owner, session) @@ current_setting('chat_mcp.words', true)::tsquery);
