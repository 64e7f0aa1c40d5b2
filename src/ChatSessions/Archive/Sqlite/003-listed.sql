-- What lists are filtered by, so that a filter reads no summaries: the title in folded case, and the ids of the indexes, each between line ends.
-- Both are empty where there are none, and null in rows of an earlier format until the program has filled them.
alter table session add column title text;
alter table session add column indexes text;
drop index session_newest;
create index session_listed on session (owner, updated desc, id, outcome, title, indexes);
create index session_unfilled on session (no) where title is null;
