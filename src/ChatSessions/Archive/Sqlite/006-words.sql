-- Sessions whose words in the index are as an earlier format read them: names in camelCase only in parts, and letters of escapes as the
-- beginning of words. The program reads them again, some at each search.
create table if not exists unread_words (session integer primary key) strict;
insert or ignore into unread_words select no from session;

-- Titles are folded without accents now. They are null until the program has folded them again.
update session set title = null;
drop index if exists session_unfilled;
create index session_unfilled on session (no) where title is null;
insert into title_part (title_part) values ('delete-all');
