"""The HTTP API: how programs ask how the collections do, and start, stop and force them.

Belongs here: the answers (worker.py) and how they are served (app.py); the command line gives the same answers.
Does not belong here: collecting, storing, anything that Dagster does by itself.
"""
