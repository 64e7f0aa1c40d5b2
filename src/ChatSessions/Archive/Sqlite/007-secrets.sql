-- Sessions whose words in the index may be those of secrets. The program reads them again, some at each search, and replaces the words of
-- texts with secrets.
create table if not exists unread_secrets (session integer primary key) strict;
insert or ignore into unread_secrets select no from session;

-- The same for titles: they are null until the program has written them again.
update session set title = null;
insert into title_part (title_part) values ('delete-all');
