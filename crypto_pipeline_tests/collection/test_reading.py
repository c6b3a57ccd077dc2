"""From bodies to payloads, and saved answers."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.collection import reading
from crypto_pipeline.collection.answered_request import request_labels
from crypto_pipeline.collection.errors import SourceError, TooOldError
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised, TableRow
from crypto_pipeline.collection.reading import (
    USUAL_COINS,
    Read,
    decode,
    fresh_until,
    objection_to,
    objection_with_usual_coins,
    parse,
)
from crypto_pipeline.collection.saved import kept, read_saved
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Article, Candle, Liquidation, Metric, Quote, Rate, Row
from crypto_pipeline.schema.tables import feed_of
from crypto_pipeline.sources.errors import PageForPeople
from crypto_pipeline.sources.kit import (
    ONE_REQUEST,
    Endpoint,
    ErrorInBody,
    Expected,
    Format,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    Unreadable,
    discover,
)
from crypto_pipeline.sources.symbols import Universe

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html>checking your browser</html>",
        b"\n  <html><body>busy</body></html>",
        b"\xef\xbb\xbf<!doctype HTML>",
        b"<!-- edge --> <html>",
        b"<head><title>403</title>",
    ],
)
@pytest.mark.parametrize("format", ["json", "xml", "csv"])
def test_a_page_for_people_is_a_refusal(body: bytes, format: Format) -> None:
    with pytest.raises(SourceError) as caught:
        decode(body, format)
    assert caught.value.outcome is Outcome.BLOCKED


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", Outcome.EMPTY),
        (b"  \n", Outcome.EMPTY),
        (b'{"a": 1', Outcome.UNPARSEABLE),
        (b"busy", Outcome.UNPARSEABLE),
        (b"[" * 200_000, Outcome.UNPARSEABLE),
    ],
)
def test_what_is_no_json_says_so(body: bytes, outcome: Outcome) -> None:
    with pytest.raises(SourceError) as caught:
        decode(body, "json")
    assert caught.value.outcome is outcome


def test_bytes_that_are_no_utf8_are_read_as_what_they_most_often_are() -> None:
    assert decode(b'{"a": "caf\xe9"}', "json") == {"a": "café"}
    assert decode(b'\xef\xbb\xbf{"a": 1}', "json") == {"a": 1}


@pytest.mark.parametrize("format", ["xml", "csv", "text"])
def test_the_charset_of_the_header_decides_about_text(format: Format) -> None:
    assert decode("<a>Курс</a>".encode("cp1251"), format, "text/xml; charset=windows-1251") == "<a>Курс</a>"


def test_a_stray_byte_in_json_costs_itself() -> None:
    body = '{"a": "قیمت '.encode() + b'\xff"}'
    assert decode(body, "json", "application/json") == {"a": "قیمت \ufffd"}


def test_a_saved_answer_shows_coins_of_any_rank_and_of_any_age() -> None:
    body = b'{"error": [], "result": {"BTC/USD": {"c": ["1"], "v": ["1", "2"], "p": ["1", "1"], "l": ["1", "1"], "h": ["1", "1"]}, "ODD/USD": {"c": ["2"], "v": ["1", "2"], "p": ["1", "1"], "l": ["1", "1"], "h": ["1", "1"]}}}'
    read = read_saved(ENDPOINTS["kraken.ticker"], body, NOON)
    assert [row["symbol"] for row in read.normalised.rows["market_prices"]] == ["BTC", "ODD"]
    assert kept(read, Universe(), 1e6) == 2, "BTC, in both tables"


def test_saved_candles_are_read_in_the_interval_that_they_have() -> None:
    minutes = [1795435200000 + 60_000 * n for n in range(3)]
    body = str([[time, "1", "2", "1", "2", "5", time + 59_999, "9", 1, "1", "1", "0"] for time in minutes])
    read = read_saved(ENDPOINTS["binance.candles"], body.replace("'", '"').encode(), NOON)
    assert {row["interval"] for row in read.normalised.rows["cached_ohlc"]} == {"1m"}


def test_a_saved_answer_can_be_read_as_that_of_another_request() -> None:
    endpoint = ENDPOINTS["binance.candles"]
    assert "ETH 1d" in request_labels(endpoint, NOON)
    body = b'[[1795392000000, "1", "2", "1", "2", "5", 1795478399999, "9", 1, "1", "1", "0"]]'
    (row,) = read_saved(endpoint, body, NOON, "ETH 1d").normalised.rows["cached_ohlc"]
    assert (row["symbol"], row["interval"]) == ("ETH", "1d")
    with pytest.raises(KeyError):
        read_saved(endpoint, body, NOON, "ETH 7d")


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        ("kraken.ticker", b'{"error":["EAPI:Rate limit exceeded"]}'),
        ("coingecko.simple_price", b'{"status":{"error_code":429,"error_message":"You\'ve exceeded the Rate Limit."}}'),
    ],
)
def test_a_saved_answer_that_says_too_often_is_called_what_a_collection_calls_it(endpoint: str, body: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read_saved(ENDPOINTS[endpoint], body, NOON)
    assert caught.value.outcome is Outcome.RATE_LIMITED


def rejected(old: int, wrong: int) -> Read:
    """An answer whose every row was rejected: so many for their age, and so many for something else."""
    normalised = Normalised()
    for number in range(old + wrong):
        is_old = number < old
        too_old = TooOldError("of last week", timedelta(days=6))
        normalised.reject("market_prices", too_old if is_old else "it has no price", {})
    return Read(normalised, old + wrong)


@pytest.mark.parametrize(
    ("old", "wrong", "outcome"),
    [
        (1, 4, Outcome.UNPARSEABLE),
        (2, 2, Outcome.UNPARSEABLE),
        (3, 2, Outcome.STALE),
        (1, 0, Outcome.STALE),
        (0, 1, Outcome.UNPARSEABLE),
    ],
)
def test_an_answer_is_stale_when_most_of_its_rows_are_too_old(old: int, wrong: int, outcome: Outcome) -> None:
    objection = objection_to(ENDPOINTS["kraken.ticker"], rejected(old, wrong), NormalisationContext(NOON))
    assert objection
    assert objection.outcome is outcome


@pytest.mark.parametrize(("minutes", "is_stale"), [(119, False), (121, True)])
def test_a_candle_speaks_up_to_its_end(minutes: int, is_stale: bool) -> None:
    """Those of an hour may be an hour old when they are over."""
    candle = {"timestamp": NOON, "interval": "1h", "fetched_at": NOON}
    read = Read(Normalised({"cached_ohlc": [candle]}), 1)
    context = NormalisationContext(NOON + timedelta(minutes=minutes))
    assert (objection_to(ENDPOINTS["binance.candles"], read, context) is not None) is is_stale
    assert fresh_until(ENDPOINTS["binance.candles"], read) == NOON + timedelta(hours=2)


# Answers of sources of our own, said with values


def source(*kinds: type[Row], answer: Expected | None = None) -> Endpoint:
    """A source whose answer is the rows that its parser shall yield, or what it shall raise."""
    provider = Provider("mood", "https://mood.example/de/")

    @provider.endpoint(kinds, "feed", name="index", answer=answer or Expected())
    def parser(payload: Payload) -> Rows:
        for row in payload:
            if isinstance(row, Exception):
                raise row
            yield row

    return provider.endpoints[0]


def read(endpoint: Endpoint, *payload: object) -> Read:
    return parse(endpoint, payload, ONE_REQUEST[0], NormalisationContext(NOON))


def metric(minutes: float = 0, value: float = 20, name: str = "fear_greed_index") -> Metric:
    return Metric(name, value, "count", timestamp=(NOON - timedelta(minutes=minutes)).isoformat())


@pytest.mark.parametrize(("length", "is_page"), [(2048, True), (2049, False)])
def test_a_page_for_people_shows_in_the_first_two_kilobytes(length: int, is_page: bool) -> None:
    body = b"<!--" + b"x" * (length - len("<!----><html")) + b"--><html"
    with pytest.raises(SourceError) as caught:
        decode(body, "json")
    assert (str(caught.value) == "a page for people came instead of JSON") is is_page


@pytest.mark.parametrize(
    ("error", "outcome", "sentence"),
    [
        (ErrorInBody("busy"), Outcome.ERROR_IN_BODY, "the source says: busy"),
        (PageForPeople("Wait"), Outcome.BLOCKED, "a page for people came instead of a feed: Wait"),
        (KeyError("c"), Outcome.UNPARSEABLE, "the answer has another shape: KeyError: 'c'"),
        (ValueError("x" * 200), Outcome.UNPARSEABLE, f"the answer has another shape: ValueError: {'x' * 188}"),
    ],
    ids=["an error", "a page", "another shape", "a long word"],
)
def test_what_a_parser_raises_says_what_the_answer_is(error: Exception, outcome: Outcome, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(source(Metric), metric(), error)
    assert (caught.value.outcome, str(caught.value)) == (outcome, sentence)


def test_an_answer_may_have_so_many_entries_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reading.MOST_ENTRIES == 500_000
    monkeypatch.setattr(reading, "MOST_ENTRIES", 3)
    assert read(source(Metric), *[metric(name=f"m{number}") for number in range(3)]).entries == 3
    with pytest.raises(SourceError, match="the answer has more than 3 entries") as caught:
        read(source(Metric), *[metric(name=f"m{number}") for number in range(4)])
    assert caught.value.outcome is Outcome.TOO_LARGE


def test_an_entry_that_cannot_be_read_is_counted_and_rejected_for_the_first_of_its_tables() -> None:
    endpoint = source(Quote)
    assert endpoint.tables == ("market_prices", "cached_market_data")
    made = read(endpoint, Quote("BTC-USD", last=90_500), Unreadable({"odd": 1}, "KeyError: 'last'"))
    assert made.entries == 2
    (rejected,) = made.normalised.rejected
    assert (rejected.table, rejected.reason) == ("market_prices", "it cannot be read: KeyError: 'last'")


def test_rows_of_several_kinds_in_one_answer_go_to_the_table_of_each() -> None:
    both = source(Metric, Rate)
    made = read(both, metric(), Rate("JPY", 0.0064), metric(name="other"), Rate("EUR", 1.1)).normalised.rows
    assert {table: len(rows) for table, rows in made.items()} == {"sentiment_metrics": 2, "exchange_rates": 2}


def test_an_article_is_in_the_language_of_its_source_and_dated_by_its_answer_where_it_says_neither() -> None:
    article, odd = Article("Bitcoin steigt", "post/1", NOON.isoformat()), Article(None, "post/2")
    feed = read(source(Article, answer=Expected(format="xml", language="de")), article, odd).normalised
    (row,) = feed.rows["news_articles"]
    assert (row["source"], row["language"], row["fetched_at"]) == ("mood", "de", NOON)
    assert row["url"] == "https://mood.example/de/post/1", "seen from the address of the document"
    (rejected,) = feed.rejected
    assert (rejected.table, feed.rejected_count) == ("news_articles", 1)
    of_json = read(source(Article), Article("Bitcoin", "https://mood.example/1", NOON.isoformat())).normalised
    assert of_json.rows["news_articles"][0]["language"] is None
    assert read(source(Article), odd).normalised.rows == {}
    (of_nowhere,) = read(source(Article), article).normalised.rows["news_articles"]
    assert "mood.example" not in of_nowhere["url"], "JSON has no address that links are seen from"


MAY_BE_EMPTY = Expected(may_be_empty=True)


@pytest.mark.parametrize(
    ("answer", "rows", "entries", "rejected", "sentence"),
    [
        (None, 0, 0, 0, "the answer holds nothing to keep: it has no entries"),
        (None, 0, 7, 0, "the answer holds nothing to keep: none of its 7 entries is of a tracked coin"),
        (None, 0, 7, 3, "all 3 rows were rejected; the first: it has no price"),
        (None, 1, 7, 6, None),
        (MAY_BE_EMPTY, 0, 0, 0, None),
        (MAY_BE_EMPTY, 0, 7, 0, None),
        (MAY_BE_EMPTY, 0, 7, 6, None),
        (MAY_BE_EMPTY, 0, 7, 7, "all 7 rows were rejected; the first: it has no price"),
        (MAY_BE_EMPTY, 1, 8, 7, None),
    ],
)
def test_an_answer_without_rows_is_empty_or_not_believed_unless_it_may_be_empty(
    answer: Expected | None, rows: int, entries: int, rejected: int, sentence: str | None
) -> None:
    row = {"timestamp": NOON, "fetched_at": NOON}
    normalised = Normalised({"sentiment_metrics": [row] * rows} if rows else {})
    for number in range(rejected):
        normalised.reject("sentiment_metrics", f"it has {'another price' if number else 'no price'}", {})
    objection = objection_to(source(Metric, answer=answer), Read(normalised, entries), NormalisationContext(NOON))
    assert (objection and str(objection)) == sentence
    if objection:
        assert objection.outcome is (Outcome.UNPARSEABLE if rejected else Outcome.EMPTY)


def test_an_objection_to_the_age_of_rows_says_why_and_which_clock_would_explain_it() -> None:
    wrong, old = rejected(0, 1).normalised, rejected(2, 0).normalised
    wrong.extend(old)
    objection = objection_to(ENDPOINTS["kraken.ticker"], Read(wrong, 3), NormalisationContext(NOON))
    assert objection
    assert str(objection) == "2 of 3 rows are too old; of last week"
    assert (objection.outcome, objection.clock_off) == (Outcome.STALE, timedelta(days=6))
    few = rejected(1, 2)
    believed_by_no_clock = objection_to(ENDPOINTS["kraken.ticker"], few, NormalisationContext(NOON))
    assert believed_by_no_clock
    assert believed_by_no_clock.clock_off == timedelta(days=6)


@pytest.mark.parametrize(("minutes", "seconds_too_old"), [(60, 0), (61, 60)])
def test_the_newest_row_may_be_as_old_as_its_source_declares(minutes: int, seconds_too_old: int) -> None:
    endpoint = source(Metric, answer=Expected(stale_after_minutes=60))
    made = read(endpoint, metric(minutes), metric(minutes + 1, name="older"))
    objection = objection_to(endpoint, made, NormalisationContext(NOON))
    assert fresh_until(endpoint, made) == NOON + timedelta(minutes=60 - minutes)
    assert (objection is not None) is bool(seconds_too_old)
    if objection:
        assert str(objection) == "its newest row for sentiment_metrics is of 2026-11-23 10:59 UTC"
        assert (objection.outcome, objection.clock_off) == (Outcome.STALE, timedelta(seconds=seconds_too_old))


def test_an_answer_is_as_fresh_as_the_table_that_is_to_grow_stale_first() -> None:
    hour = timedelta(minutes=60)
    endpoint = source(Metric, Rate, answer=Expected(stale_after_minutes=60))
    rows: dict[str, list[TableRow]] = {
        "sentiment_metrics": [{"timestamp": NOON, "fetched_at": NOON}],
        "exchange_rates": [{"timestamp": NOON - timedelta(minutes=5), "fetched_at": NOON}],
    }
    assert fresh_until(endpoint, Read(Normalised(dict(rows)), 2)) == NOON - timedelta(minutes=5) + hour
    rows["exchange_rates"][0]["timestamp"] = None
    assert fresh_until(endpoint, Read(Normalised(dict(rows)), 2)) == NOON + hour, "as old as its answer"
    rows["exchange_rates"] = []
    assert fresh_until(endpoint, Read(Normalised(dict(rows)), 1)) == NOON + hour


def test_what_cannot_grow_stale_is_fresh_for_ever() -> None:
    endpoint = source(Liquidation)
    (table,) = endpoint.tables
    assert feed_of(table).stale_after is None
    made = Read(Normalised({table: [{"timestamp": NOON - timedelta(days=999), "fetched_at": NOON}]}), 1)
    assert fresh_until(endpoint, made) is None
    assert objection_to(endpoint, made, NormalisationContext(NOON)) is None


def test_an_answer_without_any_tracked_coin_is_judged_by_what_it_says_of_the_usual_ones() -> None:
    endpoint = source(Quote)
    objection = SourceError(Outcome.EMPTY, "nothing of it is tracked")

    def judged(tracked: frozenset[str] | None, *payload: object) -> SourceError | None:
        context = NormalisationContext(NOON, universe=Universe(tracked))
        return objection_with_usual_coins(endpoint, payload, ONE_REQUEST[0], context, objection)

    bitcoin, nothing = Quote("BTC-USD", last=90_500), Quote("BTC-USD", last=None)
    few = frozenset({"MINE"})
    assert judged(few, bitcoin) is None
    assert str(judged(few, nothing)).startswith("the only row was rejected: ")
    assert judged(few, KeyError("BTC")) is objection
    for tracked in (None, USUAL_COINS, USUAL_COINS | few):
        assert judged(tracked, bitcoin) is objection


def candle(symbol: str, hours: float) -> Candle:
    return Candle(symbol, "1h", (NOON - timedelta(hours=hours)).timestamp(), 1, 2, 1, 2)


def test_candles_that_lie_closer_together_than_they_can_are_refused_with_the_reason_unless_others_remain() -> None:
    close = [candle("BTC", 20 - number / 2) for number in range(12)]
    with pytest.raises(SourceError) as caught:
        read(source(Candle), *close)
    assert (caught.value.outcome, str(caught.value)) == (Outcome.UNPARSEABLE, "candles of 1h came 30m apart")
    made = read(source(Candle), *close, *[candle("ETH", 20 - number) for number in range(6)]).normalised
    assert {row["symbol"] for row in made.rows["cached_ohlc"]} == {"ETH"}


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ({"chain": "ghostnet"}, "the answer is of 'ghostnet', a network for trying out"),
        ({"symbol": "ETHUSDT"}, "the answer is about 'ETHUSDT', which was not asked for"),
        ({"symbol": "BTCUSDT", "chain": "mainnet"}, None),
    ],
)
def test_an_answer_of_another_market_or_of_play_money_is_refused(payload: dict[str, str], sentence: str | None) -> None:
    provider = Provider("mood", "https://mood.example")
    provider.endpoint(Metric, "/index", name="index")(lambda payload: [metric()])
    ask = RequestSpec("BTC 1h", values={"market": "BTCUSDT"}, params={"symbol": "BTCUSDT"})
    if sentence is None:
        assert parse(provider.endpoints[0], payload, ask, NormalisationContext(NOON)).entries == 1
        return
    with pytest.raises(SourceError) as caught:
        parse(provider.endpoints[0], payload, ask, NormalisationContext(NOON))
    assert (caught.value.outcome, str(caught.value)) == (Outcome.UNPARSEABLE, sentence)
