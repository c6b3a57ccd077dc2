"""The read API in HTTP: the paths of all groups under one root.

Belongs here: which groups there are, in the order in which the API's document shows them.
Does not belong here: paths with their parameters (one module a group), what they share (api/data/asked.py).
"""

from __future__ import annotations

from crypto_pipeline.api.data import (
    chain_routes,
    collection_routes,
    derivative_routes,
    derived_routes,
    market_routes,
    opinion_routes,
)

ROUTES = tuple(
    group.routes
    for group in (market_routes, derivative_routes, derived_routes, chain_routes, opinion_routes, collection_routes)
)
"""All paths of the read API, for an application that has a Reader as ``state.reader``."""
