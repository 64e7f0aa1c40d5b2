#!/bin/sh
# Makes the user of the servers and its database, when PostgreSQL starts for the first time. The image's own user is a superuser, whom row-level security
# does not hold.
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres --set=password="$(cat "${CHATS_PASSWORD_FILE}")" <<'SQL'
create role chats login password :'password';
create database chats owner chats;
SQL
