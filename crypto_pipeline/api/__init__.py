"""The HTTP API: how programs read what was collected, ask how the collections do, and start, stop and force them.

Belongs here: the answers (data/, api/worker.py) and how they are served (api/app.py); the command line gives the worker's as well.
Does not belong here: collecting, storing, anything that Dagster does by itself.
"""
