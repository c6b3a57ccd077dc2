"""The shared PostgreSQL and the files that follow it, against a real one."""
