-- Sessions whose words in the index may be those of secrets. The program reads them again, some at each search, and replaces the words of
-- texts with secrets. Rows that were there before are read in any case.
alter table unread_words add column for_secrets integer not null default 0;
insert or ignore into unread_words (session, for_secrets) select no, 1 from session;

-- The same for titles: they are null until the program has written them again.
update session set title = null;
insert into title_part (title_part) values ('delete-all');
