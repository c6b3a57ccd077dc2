"""Which region asks which host.

Belongs here: the division of hosts, out of who is at work and which hosts refuse whom.
Does not belong here: what counts as a refusal (collection/regions/refusals.py), whether an endpoint is due (collection/health.py).

Each host belongs to one region as a whole, because its budget is one. Which, a hash of host and region decides
(https://en.wikipedia.org/wiki/Rendezvous_hashing): every host has an order of all regions, and the first of them that is there and
is not refused asks it. A region that comes takes from all others what it is the first for, and nothing else moves; one that
goes leaves each of its hosts to the next in that host's order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from crypto_pipeline.collection.regions.ticks import Lookback
from crypto_pipeline.sources.kit import Endpoint, Provider


class Refusal(NamedTuple):
    """A host that does not answer a region."""

    region: str
    host: str
    refused_at: datetime
    not_before: datetime
    """When the region tries again."""


@dataclass(frozen=True, slots=True)
class Division:
    """The division at a moment, as one region sees it; all regions see the same."""

    region: str
    """Ours."""
    places: Mapping[str, str]
    """Where each of all regions is, by its name: a country, or what its name says."""
    awake: frozenset[str]
    """Those that are at work."""
    refused: frozenset[tuple[str, str]] = frozenset()
    """Region and host, of the refusals that last."""
    tried_again: frozenset[str] = frozenset()
    """Hosts that have refused us, and that we may try again."""

    @property
    def leader(self) -> str:
        """The region that writes what is the same for all: the first by name of those that are at work."""
        return min(self.awake or self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """All regions, by name."""
        return tuple(sorted(self.places))

    @property
    def silent(self) -> tuple[str, ...]:
        """Those that are not at work, and that the others have taken over, by name."""
        return tuple(name for name in self.names if name not in self.awake)

    @property
    def leads(self) -> bool:
        """Whether that is ours."""
        return self.leader == self.region

    def region_of(self, provider: Provider) -> str | None:
        """Who asks the host of a provider; None where no region of these may."""
        candidates = [
            name for name in regions_in_order(provider.host, self.names) if may_ask(self.places[name], provider)
        ]
        there = [name for name in candidates if name in self.awake]
        well = [name for name in there if (name, provider.host) not in self.refused]
        return next(iter(well or there or candidates), None)

    def is_ours(self, endpoint: Endpoint) -> bool:
        """Whether we ask an endpoint."""
        return self.region_of(endpoint.provider) == self.region


@cache
def regions_in_order(host: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The regions in the order in which they may ask a host."""
    return tuple(sorted(names, key=lambda name: hashlib.sha256(f"{host} {name}".encode()).digest(), reverse=True))


def may_ask(place: str, provider: Provider) -> bool:
    """Whether the declaration of a provider lets it be asked from a place: ``us`` there means us, us-east and us-west."""
    allowed = not provider.only_from or _is_one_of(place, provider.only_from)
    return allowed and not _is_one_of(place, provider.never_from)


def _is_one_of(place: str, countries: Iterable[str]) -> bool:
    return any(place == country or place.startswith(f"{country}-") for country in countries)


def division(
    region: str,
    places: Mapping[str, str],
    heard: Mapping[str, Collection[datetime]],
    refusals: Iterable[Refusal],
    lookback: Lookback,
    *,
    cut_off: bool = False,
) -> Division:
    """The division at the moment of a lookback.

    :param places: where each of all regions is.
    :param heard: when each region was at work.
    :param cut_off: the shared rows are old, because the line to them is cut: that nobody is heard then says nothing.
    """
    known = [one for one in refusals if one.refused_at < lookback.at]
    return Division(
        region,
        places,
        frozenset(places) if cut_off else awake(places, heard, lookback),
        frozenset((one.region, one.host) for one in known if one.not_before > lookback.at),
        frozenset(one.host for one in known if one.region == region and one.not_before <= lookback.at),
    )


def awake(names: Iterable[str], heard: Mapping[str, Collection[datetime]], lookback: Lookback) -> frozenset[str]:
    """The regions that are at work.

    When all have just begun, each of them has its time to be heard: its hosts are not taken over before that. One that comes
    later is heard in its first tick and asks from the next one on, when all know of it.
    """
    names = tuple(names)
    lately = {name for name in names if any(lookback.since <= at < lookback.at for at in heard.get(name, ()))}
    begun_before = any(lookback.before <= at < lookback.since for name in names for at in heard.get(name, ()))
    return frozenset(lately if lately and begun_before else names)
