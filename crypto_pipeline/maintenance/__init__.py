"""Maintenance of everything that grows: the database, Dagster's history, SQLite files."""
