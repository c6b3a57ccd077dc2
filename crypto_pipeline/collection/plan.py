"""What a collection is to do, as it is given to a collector.

Belongs here: the plan, as plain values.
Does not belong here: making one out of settings and what earlier runs left (orchestration/planning.py), carrying it out
(collection/collector.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crypto_pipeline.collection.endpoint_locks import EndpointLocks
from crypto_pipeline.collection.health import States
from crypto_pipeline.collection.normalise.context import NormalisationContext, TableRow
from crypto_pipeline.collection.normalise.news.clusters import ClusteredArticle
from crypto_pipeline.collection.rotation import Turns
from crypto_pipeline.sources.kit import Budget, Endpoint


@dataclass(frozen=True, slots=True)
class CollectionPlan:
    """What a collection is to do."""

    endpoints: tuple[Endpoint, ...]
    tables: frozenset[str]
    seconds: float
    context: NormalisationContext
    intervals: tuple[str, ...] = ("1h", "1d")
    states: States = field(default_factory=dict)
    consensus_of_regions: bool = False
    """The consensus is made of the answers of other regions as well, by whoever has them: not here."""
    answered_elsewhere: Mapping[str, datetime] = field(default_factory=dict)
    """When endpoints last answered another region."""
    host_pauses: Mapping[str, datetime] = field(default_factory=dict)
    """Hosts that had too many requests, and until when nothing there is asked."""
    turns: Turns = field(default_factory=Turns)
    spent: Mapping[str, list[tuple[datetime, int]]] = field(default_factory=dict)
    """Requests of earlier runs that still count against the budget of their host, with their weight."""
    budgets: Mapping[str, Budget] = field(default_factory=dict)
    """Of hosts of which it may not use all that they allow: a back-fill in another process may ask there meanwhile."""
    locks: EndpointLocks | None = None
    """By which runs of other processes know what is being asked; None where there are none."""
    recent_articles: tuple[ClusteredArticle, ...] = ()
    """Articles of the last two days, whose stories may go on."""
    rates: tuple[TableRow, ...] = ()
    """exchange_rates rows of the last week, against which those of this collection are held."""
    other_coins: frozenset[tuple[str, str]] = frozenset()
    """Sources with the symbol of a coin by which they mean another one: no word in its consensus."""
    latest: tuple[TableRow, ...] = ()
    """market_prices rows of the last half hour: what a source that says "nothing new" still says."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys by the name of their environment variable."""
