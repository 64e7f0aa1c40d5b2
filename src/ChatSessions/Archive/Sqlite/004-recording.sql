-- Columns for the filters by what the recording program says of a session. The folder is in folded case, with a slash before each part. They
-- are empty if nothing is said, and null in rows of an earlier format until the program has filled them.
alter table session add column agent text;
alter table session add column folder text;
alter table session add column branch text;
alter table session add column parent text;

-- The outcome was that of the summary. It is now that of the events, which say it better; -1 until the program has read them again.
drop index session_outcome;
drop index session_listed;
update session set outcome = -1;

create index session_listed on session (owner, updated desc, id, parent, title, indexes, agent, folder, branch, outcome);
create index session_outcome on session (owner, outcome, updated desc, id, parent);
create index session_agent on session (owner, agent, updated desc, id, parent, outcome);
create index session_folder on session (owner, folder, updated desc, id, parent, outcome);
create index session_branch on session (owner, branch, updated desc, id, parent, outcome);
create index session_parent on session (owner, parent, updated desc, id) where parent <> '';
drop index session_unfilled;
create index session_unfilled on session (no) where parent is null;
create index session_unread on session (no) where outcome < 0;
