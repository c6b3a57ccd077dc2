"""What an endpoint would be asked now, without asking it.

Belongs here: the requests as they would go out, but for keys.
Does not belong here: building requests (collection/endpoint_order.py), sending them (collection/http/client.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from crypto_pipeline.collection.endpoint_order import EndpointOrder
from crypto_pipeline.collection.endpoint_run import EndpointRun
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.addresses import with_query
from crypto_pipeline.collection.http.messages import Answer, Attempt, Request
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Context, Endpoint


class Planned(NamedTuple):
    """A request that would go out."""

    method: str
    url: str
    """The whole address, spelled as it is sent."""
    body: object | None


async def requests_now(endpoint: Endpoint, context: Context) -> list[Planned]:
    """Every request of one collection that needs no answer before it.

    They come from the code that asks, which here finds nobody to send them; what is shown is what is sent.
    """
    requests: list[Planned] = []

    async def note(request: Request, record: Callable[[Attempt], None]) -> Answer:
        requests.append(Planned(request.method, with_query(request.url, request.params), request.json))
        raise SourceError(Outcome.NO_BUDGET, "not sent")

    normalisation = NormalisationContext(context.now, context.universe)
    await EndpointRun(EndpointOrder(endpoint, context, normalisation)).run(note)
    return requests
