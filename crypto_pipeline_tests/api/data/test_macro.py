"""Economic series over HTTP: of a series or a source, over any time, page by page."""

from __future__ import annotations

from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.rows import at, observation


def test_observations_are_told_newest_first_page_by_page(data: Data) -> None:
    data.store(macro_series=[observation(name, 1.0, at(days=-ago)) for ago in range(4) for name in ("sp500", "vix")])
    wanted = [(at(days=-ago).isoformat(), name) for ago in range(4) for name in ("sp500", "vix")]
    seen, path = [], "macro?limit=3"
    while path:
        page = data.get(path)
        seen += [(one["timestamp"], one["series"]) for one in page["macro"]]
        path = (page["next"] or "").rpartition("/")[2]
    assert seen == wanted


def test_observations_say_when_they_were_public_and_whose_they_are(data: Data) -> None:
    data.store(
        macro_series=[
            observation("us_m2", 2e13, at(days=-100), known_at=at(days=-40), is_revised=True, unit="USD", code="M2SL"),
            observation("us_m2", 2e13, at(days=-100), source="other"),
            observation("sp500", 6800.0, at(days=-100), licence="Copyright"),
        ]
    )
    assert data.get("macro?series=us_m2&source=fred")["macro"] == [
        {
            "series": "us_m2",
            "code": "M2SL",
            "value": 2e13,
            "unit": "USD",
            "timestamp": at(days=-100).isoformat(),
            "known_at": at(days=-40).isoformat(),
            "is_revised": True,
            "source": "fred",
            "licence": None,
        }
    ]
    assert [one["licence"] for one in data.get("macro?series=sp500")["macro"]] == ["Copyright"]
    assert len(data.get("macro")["macro"]) == 3
    assert data.get("macro?series=gold")["macro"] == []
