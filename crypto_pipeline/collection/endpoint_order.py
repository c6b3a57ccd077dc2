"""What one endpoint is to be asked in one collection, and the requests that become of it.

Belongs here: the order as it is given, requests as they go out, whether their answers may be remembered.
Does not belong here: sending them (collection/endpoint_run.py), how an endpoint declares them (sources/kit/requests.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from crypto_pipeline.collection.health import NOTHING, EndpointState
from crypto_pipeline.collection.http.messages import Request
from crypto_pipeline.collection.http.too_often import USUAL_WORDS
from crypto_pipeline.collection.key_gate import NO_KEYS, KeyGate
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.room import RowRoom, WaitingRoom
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.rows import Article
from crypto_pipeline.sources.kit import Budget, Context, Endpoint, Payload, RequestSpec, SubRequest

Clock = Callable[[], datetime]


def rank_of(endpoint: Endpoint) -> float:
    """Which endpoints' requests go first: exchange rates, for which others wait, then those of the shortest interval."""
    return 0 if "exchange_rates" in endpoint.tables else endpoint.cadence


def too_often_marks(endpoint: Endpoint) -> tuple[str, ...]:
    """By what its answers say "too often". The usual words mean it only where no title or text of others can hold them."""
    own = endpoint.provider.too_often
    return own if Article in endpoint.rows else (*own, *USUAL_WORDS)


async def at_once() -> None:
    """Nothing to wait for."""


@dataclass(frozen=True, slots=True)
class EndpointOrder:
    """An endpoint with everything that asking it and reading its answers needs. Does not change while it is asked."""

    endpoint: Endpoint
    context: Context
    normalisation: NormalisationContext
    state: EndpointState = NOTHING
    """What earlier runs learnt."""
    key: str = ""
    budget: Budget | None = None
    """How often its host may be asked; None: as often as it allows."""
    gate: KeyGate = NO_KEYS
    """What every answer passes before anything is made of it: the host may repeat the keys that it is sent."""
    remember_answer: bool = True
    """False when the rows of the answer are not all stored: the next run must not be told that nothing is new."""
    clock: Clock = utc_now
    until_readable: Callable[[], Awaitable[None]] = at_once
    """Waits for what the reading needs besides the answer: the exchange rate of a source's local money."""
    waiting_room: WaitingRoom = field(default_factory=WaitingRoom)
    """Where bodies wait that cannot be read at once; all endpoints of a collection share it."""
    row_room: RowRoom = field(default_factory=RowRoom)
    """What is left for the rows of all of them."""

    @property
    def is_probe(self) -> bool:
        """After a pause of its breaker one request shows whether a source is well again; the others wait for it."""
        return self.state.breaker != "closed"

    @property
    def knows_enough(self) -> bool:
        """Whether "nothing new" would be a good answer: what is known is not as old yet as an answer may be."""
        return self.state.fresh_until is None or self.clock() <= self.state.fresh_until

    def request_of(self, spec: RequestSpec, *, alone: bool) -> Request:
        """A request as it goes out.

        :param alone: it is the endpoint's only one in this collection, and so has the validators of the answer before.
        """
        endpoint, template, provider = self.endpoint, self.endpoint.request, self.endpoint.provider
        secret = endpoint.key if self.key else None
        conditional = template.method == "GET" and alone and self.remember_answer and self.knows_enough
        return Request(
            url=endpoint.url(spec),
            method=template.method,
            params={**template.params, **spec.params},
            headers=provider.headers,
            json=endpoint.body_of(spec),
            secret_params={secret.param: secret.prefix + self.key} if secret and secret.param else {},
            secret_headers={secret.header: secret.prefix + self.key} if secret and secret.header else {},
            budget=self.budget or provider.budget,
            weight=template.weight,
            retries=not self.is_probe,
            rank=rank_of(endpoint),
            too_often=too_often_marks(endpoint),
            etag=self.state.etag if conditional else None,
            last_modified=self.state.last_modified if conditional else None,
        )

    def sub_request_of(self, spec: RequestSpec, part: SubRequest, so_far: Mapping[str, Payload]) -> Request:
        """One of several requests that are read together. Raises MALFORMED where the answers so far do not tell how it is made."""
        request = self.request_of(spec, alone=False)
        body = part.body(so_far) if callable(part.body) else part.body
        path = part.path(so_far) if callable(part.path) else part.path
        return replace(request, url=request.url + path, method="GET" if body is None else "POST", json=body)
