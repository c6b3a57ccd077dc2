"""One page of the past as it is asked for: of which series, at which endpoint, for which window.

Belongs here: the request that this becomes, what it is called in the log, the page that its answer gives.
Does not belong here: the order of pages (collection/backfill/walk.py), which rows of an answer are kept (collection/backfill/page.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timezone

from crypto_pipeline.collection import reading
from crypto_pipeline.collection.backfill.page import HistoryPage, page_of
from crypto_pipeline.collection.backfill.series import Series
from crypto_pipeline.collection.http.messages import Answer
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.sources.kit import Endpoint, RequestSpec, Span, page_request


@dataclass(frozen=True, slots=True)
class AskedPage:
    """A page that a series lacks."""

    series: Series
    endpoint: Endpoint
    """Which of those that have the series is asked."""
    window: Span
    number: int = 1
    """Where the pages of the series are numbered."""

    @property
    def spec(self) -> RequestSpec:
        """What the endpoint is asked."""
        assert self.endpoint.history is not None
        return page_request(self.endpoint.history, self.series.spec, self.window, self.series.seconds, self.number)

    @property
    def label(self) -> str:
        """What the request is called among those of its endpoint."""
        began = f"from {datetime.fromtimestamp(self.window.start, timezone.utc):%Y-%m-%d %H:%M}"
        return f"{self.series.ask} {f'page {self.number}' if self.series.is_numbered else began}".strip()

    def read(self, answer: Answer, context: NormalisationContext) -> HistoryPage:
        """The page of an answer. Raises SourceError for one that cannot be read."""
        past = self.endpoint.past
        payload = reading.decode(answer.body, past.answer.format, answer.content_type)
        of_any_age = replace(context, fetched_at=answer.received_at, any_age=True)
        read = reading.parse(past, payload, self.spec, of_any_age)
        return page_of(self.series, self.window, read, answer.received_at)
