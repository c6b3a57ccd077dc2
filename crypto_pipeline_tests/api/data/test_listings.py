"""Markets of exchanges over HTTP, page by page."""

from __future__ import annotations

from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import at, listing


def test_markets_are_told_page_by_page_those_that_were_seen_last_first(data: Data) -> None:
    stored = [
        listing(f"C{number}", source, kind, first_seen_at=at(days=-day))
        for day in range(3)
        for number in range(day * 2, day * 2 + 2)
        for source in "ab"
        for kind in ("perpetual", "spot")
    ]
    data.store(listings=stored)
    wanted = sorted(
        ((row["first_seen_at"], row["source"], row["kind"], row["market"]) for row in stored),
        key=lambda one: (-one[0].timestamp(), *one[1:]),
    )
    seen, path = [], "listings?limit=5"
    while path:
        page = data.get(path)
        seen += [(one["first_seen_at"], one["source"], one["kind"], one["market"]) for one in page["listings"]]
        path = (page["next"] or "").rpartition("/")[2]
    assert seen == [(moment.isoformat(), *rest) for moment, *rest in wanted]


def test_markets_are_those_of_what_is_asked_for(data: Data) -> None:
    data.store(
        listings=[
            listing("BTC", "okx", listed_at=at(days=-900), delisted_at=at(days=30), status="halted"),
            listing("BTC", "gate", listed_at=at(days=-2)),
            listing("BTC", "okx", "perpetual"),
            listing("NEW", "okx", listed_at=at(days=-1)),
        ]
    )

    def found(query: str) -> list[tuple[str, str, str]]:
        return [(one["symbol"], one["source"], one["kind"]) for one in data.get(f"listings?{query}")["listings"]]

    [old] = data.get("listings?symbol=btc&source=okx&kind=spot")["listings"]
    assert (old["status"], old["listed_at"]) == ("halted", at(days=-900).isoformat())
    assert old["delisted_at"] == at(days=30).isoformat()
    assert found("kind=perpetual") == [("BTC", "okx", "perpetual")]
    assert found("from=2026-11-20") == [("BTC", "gate", "spot"), ("NEW", "okx", "spot")]
    assert data.ask("listings?kind=future").status_code == 422
