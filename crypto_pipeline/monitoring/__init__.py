"""Watching over the whole: what is wrong, since when, who is told, and how it all does in numbers.

Belongs here: facts, the conditions that they show, alerts, notifications, ticks and metrics.
Does not belong here: when it is done (orchestration/sensors.py), SQL (warehouse/health_queries.py), how sources are treated (collection/).
"""
