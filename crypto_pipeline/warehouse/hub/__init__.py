"""The hub: a PostgreSQL that several machines share, whose rows the DuckDB file of each of them follows.

Belongs here: everything that only PostgreSQL needs; what imports its driver, psycopg, which is an extra.
Does not belong here: the file (warehouse/duckdb.py), what both engines are to others (warehouse/interface.py), who takes which
of them (warehouse/engines.py). Whoever has one file and no PostgreSQL loads nothing of this.
"""
