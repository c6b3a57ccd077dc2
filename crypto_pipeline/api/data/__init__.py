"""The read API: the collected rows over HTTP, for the dashboard and for programs that bring no DuckDB.

Belongs here: one module a subject, which holds its SQL, the shape of its answer and the function that makes it.
Does not belong here: collecting, the worker's state (api/worker.py), who may ask (api/guard.py).
"""
