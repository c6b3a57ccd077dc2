"""A recording becomes the answer of a moment: its times and prices move, everything else stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from crypto_pipeline.collection import reading
from crypto_pipeline.collection.answered_request import answered_request
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.normalise.values import moment
from crypto_pipeline.collection.saved import read_saved
from crypto_pipeline.replay.analysed import Analysed
from crypto_pipeline.replay.recorded import RECORDED_AT, Recordings
from crypto_pipeline.replay.routes import EVERYTHING, Target
from crypto_pipeline.replay.tracing import TIMES, rows_of
from crypto_pipeline.replay.world import FEES_LAST, World
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Article, Book, Candle, Gas, Listing, Quote
from crypto_pipeline.schema.tables import feed_of
from crypto_pipeline.sources.kit import Endpoint, discover
from crypto_pipeline.sources.symbols import Universe

RECORDINGS = Recordings()
RECORDED = [endpoint for endpoint in discover() if RECORDINGS.of(endpoint)]
NOW = datetime(2027, 3, 4, 6, 37, tzinfo=timezone.utc)
ANALYSED = Analysed()


def a_world() -> World:
    """One that has answered nothing yet, but for what others have found out about the recordings."""
    return World(0, ANALYSED)


def the(endpoint_id: str) -> Endpoint:
    return next(endpoint for endpoint in RECORDED if endpoint.id == endpoint_id)


def target_of(endpoint: Endpoint, label: str = "") -> Target:
    requests = endpoint.requests_in(EVERYTHING)
    return Target(endpoint, next((ask for ask in requests if ask.label == label), requests[0]))


def answer(world: World, endpoint: Endpoint, now: datetime, label: str = "", *, stale: bool = False) -> bytes:
    recording = RECORDINGS.of(endpoint)
    assert recording
    body = world.body(target_of(endpoint, label), recording, now, stale=stale)
    assert body
    return body


def rows(world: World, endpoint_id: str, now: datetime, label: str = "") -> list[Any]:
    endpoint = the(endpoint_id)
    ask = target_of(endpoint, label).ask
    return rows_of(endpoint, json.loads(answer(world, endpoint, now, label)), ask)


def times_of(row: Any) -> Iterator[datetime]:
    for field in TIMES & set(row._fields):
        try:
            when = moment(getattr(row, field))
        except ValueError:
            continue
        if when:
            yield when


def test_fees_are_told_anew_before_their_chain_counts_as_stuck() -> None:
    world, endpoints = a_world(), [endpoint for endpoint in RECORDED if Gas in endpoint.rows]
    assert len(endpoints) > 100
    limit = feed_of("gas_prices").stale_after
    assert limit
    assert timedelta(seconds=FEES_LAST) < limit / 2
    for endpoint in endpoints:
        label = target_of(endpoint).ask.label
        bodies = [answer(world, endpoint, NOW + timedelta(seconds=FEES_LAST * step), label) for step in range(3)]
        assert len(set(bodies)) == 3, endpoint.id


def test_every_time_that_is_read_moves_with_the_clock() -> None:
    made_anew = {Candle, Listing}  # of lists of markets test_market_lists.py says what they are
    endpoints = [one for one in RECORDED if one.answer.format == "json" and made_anew.isdisjoint(one.rows)]
    assert len(endpoints) > 300
    moved = {endpoint.id: list(steps_of_times(endpoint)) for endpoint in endpoints}
    about = NOW - RECORDED_AT
    day = timedelta(days=1)
    assert {name: steps for name, steps in moved.items() if any(abs(step - about) > day for step in steps)} == {}


def steps_of_times(endpoint: Endpoint) -> Iterator[timedelta]:
    """How far each time of a recording has moved in the answer of now."""
    recording = RECORDINGS.of(endpoint)
    assert recording
    ask = answered_request(endpoint, recording.payload, RECORDED_AT).spec
    before = rows_of(endpoint, recording.payload, ask)
    after = rows_of(endpoint, a_world().payload(Target(endpoint, ask), recording, NOW), ask)
    assert len(after) == len(before), endpoint.id
    for old, new in zip(before, after, strict=True):
        for then, now in zip(times_of(old), times_of(new), strict=True):
            yield now - then


def test_what_could_be_used_when_it_was_recorded_can_be_used_at_any_moment() -> None:
    changed = {}
    for endpoint in RECORDED:
        recording = RECORDINGS.of(endpoint)
        assert recording
        then = outcome(endpoint, recording.body, RECORDED_AT)
        now = outcome(endpoint, answer(a_world(), endpoint, NOW), NOW)
        if now != then:
            changed[endpoint.id] = (then, now)
    assert changed == {}


def outcome(endpoint: Endpoint, body: bytes, at: datetime) -> Outcome:
    around = NormalisationContext(at, Universe(), whale_usd=1_000_000)
    try:
        payload = reading.decode(body, endpoint.answer.format)
        ask = answered_request(endpoint, payload, at).spec
        read = reading.parse(endpoint, payload, ask, around)
        objection = reading.objection_to(endpoint, read, around)
    except SourceError as error:
        return error.outcome
    return objection.outcome if objection else Outcome.OK


def test_the_articles_of_a_feed_move_by_whole_days_and_nothing_else_of_it_changes() -> None:
    feeds = [one for one in RECORDED if one.answer.format != "json" and Article in one.rows]
    assert len(feeds) > 50
    for endpoint in feeds:
        recording = RECORDINGS.of(endpoint)
        assert recording
        before = read_saved(endpoint, recording.body, RECORDED_AT).normalised.rows["news_articles"]
        after = read_saved(endpoint, answer(a_world(), endpoint, NOW), NOW).normalised.rows["news_articles"]
        assert [(row["title"], row["url"], row["content"]) for row in after] == [
            (row["title"], row["url"], row["content"]) for row in before
        ], endpoint.id
        for old, new in zip(before, after, strict=True):
            if old["published_at"]:
                # A day of the Persian calendar stays as it is written.
                days = 0 if "Asia/Tehran" in (old["date_note"] or "") else 100
                assert new["published_at"] - old["published_at"] == timedelta(days=days), endpoint.id


def test_all_sources_move_together() -> None:
    world, later = a_world(), NOW + timedelta(hours=5)

    def bitcoin(endpoint_id: str, now: datetime) -> float:
        quotes = rows(world, endpoint_id, now)
        names = {"BTCUSDT", "BTCUSD", "BTC"}
        pairs = ((str(getattr(row, "pair", None) or getattr(row, "symbol", ""))).upper() for row in quotes)
        row, *_ = [
            row for row, pair in zip(quotes, pairs, strict=True) if pair.replace("/", "").replace("-", "") in names
        ]
        price: Any = getattr(row, "last", None) or getattr(row, "price_usd", None) or getattr(row, "mark_price", 0)
        return float(price)

    sources = [
        "binance.tickers",
        "kraken.ticker",
        "coingecko.simple_price",
        "phemex.tickers",
        "hyperliquid.asset_contexts",
    ]
    changes = [bitcoin(source, later) / bitcoin(source, NOW) for source in sources]
    assert max(changes) - min(changes) < 1e-4
    assert 1e-3 < abs(changes[0] - 1) < 0.15
    prices = [bitcoin(source, NOW) for source in sources]
    assert max(prices) / min(prices) < 1.002
    assert len(set(prices)) > 1


def test_a_price_in_coins_is_the_ratio_of_both_and_money_does_not_move() -> None:
    target, recording = target_of(the("binance.tickers")), RECORDINGS.of(the("binance.tickers"))
    assert recording
    before: list[Any] = rows_of(target.endpoint, recording.payload, target.ask)
    after: list[Any] = rows_of(target.endpoint, a_world().payload(target, recording, NOW), target.ask)

    def moved(pair: str) -> float:
        recorded, now = (next(float(row.last) for row in quotes if row.pair == pair) for quotes in (before, after))
        return now / recorded

    assert moved("USDTTRY") == 1
    assert moved("ETHUSDT") != 1
    assert moved("ETHBTC") == pytest.approx(moved("ETHUSDT") / moved("BTCUSDT"), rel=1e-3)


def test_the_same_minute_gives_the_same_answer_and_the_next_one_another() -> None:
    ticker = partial(answer, endpoint=the("binance.tickers"))
    assert ticker(a_world(), now=NOW) == ticker(a_world(), now=NOW + timedelta(seconds=59))
    assert ticker(a_world(), now=NOW) != ticker(a_world(), now=NOW + timedelta(seconds=60))
    assert ticker(World(1, ANALYSED), now=NOW) != ticker(World(2, ANALYSED), now=NOW)


@pytest.mark.parametrize("endpoint", [e for e in RECORDED if e.rows == (Candle,) and e.requests], ids=lambda e: e.id)
def test_candles_lie_on_the_grid_of_their_interval_and_the_newest_is_open(endpoint: Endpoint) -> None:
    recording = RECORDINGS.of(endpoint)
    assert recording
    rejected = read_saved(endpoint, recording.body, RECORDED_AT).normalised.rejected
    asks = endpoint.requests_in(EVERYTHING)
    for ask in (asks[0], asks[-1]):
        body = answer(a_world(), endpoint, NOW, ask.label)
        candles: list[Any] = rows_of(endpoint, json.loads(body), ask)
        opened = sorted(when for row in candles for when in times_of(row))
        seconds = INTERVAL_SECONDS[candles[0].interval]
        read = read_saved(endpoint, body, NOW, ask.label).normalised
        assert len(read.rejected) == len(rejected)
        assert timedelta() <= NOW - opened[-1] < timedelta(seconds=seconds * (1 if len(opened) > 4 else 2))
        assert {later - earlier for earlier, later in pairwise(opened)} <= {timedelta(seconds=seconds)}


def test_a_closed_candle_stays_as_it_is_and_exchanges_agree_on_it() -> None:
    def closes(endpoint_id: str, now: datetime) -> dict[datetime, float]:
        candles = rows(a_world(), endpoint_id, now, "ETH 1h")
        return {when: float(row.close) for row in candles if (when := moment(row.timestamp))}

    earlier, later = closes("binance.candles", NOW), closes("binance.candles", NOW + timedelta(hours=3))
    closed = sorted(earlier.keys() & later.keys())[:-1]
    assert len(closed) > 20
    assert all(earlier[when] == later[when] for when in closed)
    elsewhere = closes("okx.candles", NOW)
    assert all(elsewhere[when] == pytest.approx(earlier[when], rel=2e-3) for when in closed)


@pytest.mark.parametrize("endpoint_id", ["binance.candles", "deribit_prices.candles", "gate.candles", "foxbit.candles"])
def test_the_value_traded_in_a_candle_fits_its_coins_and_prices(endpoint_id: str) -> None:
    for row in rows(a_world(), endpoint_id, NOW, "ETH 1h"):
        mean = float(row.volume_quote) / float(row.volume)
        assert float(row.low) * 0.999 < mean < float(row.high) * 1.001


def test_a_longer_candle_has_more_trades() -> None:
    minute, hour = (rows(a_world(), "binance.candles", NOW, f"BTC {length}")[0].trades for length in ("1m", "1h"))
    assert 0 < minute < hour / 30


@pytest.mark.parametrize(
    ("exchange", "market"),
    [
        ("bitbank", "btc_jpy"),
        ("bithumb", "BTC_KRW"),
        ("bitkub", "BTC_THB"),
        ("bitvavo", "BTC-EUR"),
        ("btcmarkets", "BTC-AUD"),
        ("foxbit", "btcbrl"),
        ("indodax", "btc_idr"),
        ("mercado", "BTC-BRL"),
        ("upbit", "KRW-BTC"),
    ],
)
def test_candles_in_local_money_agree_with_the_ticker_of_their_exchange(exchange: str, market: str) -> None:
    (last,) = (row.last for row in rows(a_world(), f"{exchange}.tickers", NOW) if row.pair == market)
    newest = max(rows(a_world(), f"{exchange}.candles", NOW, "BTC 1h"), key=lambda row: str(row.timestamp))
    assert float(newest.close) == pytest.approx(float(last), rel=0.02)


@pytest.mark.parametrize(
    ("endpoint_id", "hours"),
    [
        ("binance_futures.funding_history", 8),
        ("bitmex.funding_history", 8),
        ("gate_perpetuals.funding_history", 8),
        ("dydx_perpetuals.funding_history", 1),
        ("hyperliquid.funding_history", 1),
    ],
)
def test_funding_is_paid_at_the_hours_at_which_it_was_paid_and_never_ahead(endpoint_id: str, hours: int) -> None:
    def paid_at(now: datetime) -> list[datetime]:
        minutes = ((moment(row.funding_at) or now) + timedelta(seconds=30) for row in rows(a_world(), endpoint_id, now))
        return sorted(at.replace(second=0, microsecond=0) for at in minutes)

    first_hour = paid_at(RECORDED_AT)[0].hour % hours
    for ahead in range(0, 26, 3):
        paid = paid_at(NOW + timedelta(hours=ahead))
        assert {at.hour % hours for at in paid} == {first_hour}
        assert {later - earlier for earlier, later in pairwise(paid)} == {timedelta(hours=hours)}
        assert timedelta() <= NOW + timedelta(hours=ahead) - paid[-1] < timedelta(hours=hours + 1)


@pytest.mark.parametrize("endpoint_id", ["deribit_options.options", "okx_options.options", "bybit_options.options"])
@pytest.mark.parametrize(("coin", "price"), [("BTC", 90_512), ("ETH", 3_051)])
def test_options_never_expire_and_lie_around_the_price_of_their_coin(endpoint_id: str, coin: str, price: float) -> None:
    for days in (0, 1, 40, 400):
        now = RECORDED_AT + timedelta(days=days, hours=9)
        options = rows(a_world(), endpoint_id, now, coin)
        assert {option.symbol for option in options} == {coin}
        assert all(0 < option.expiry - now.timestamp() < 400 * 86_400 for option in options)
        near = {option.strike for option in options if option.side == "call"}
        underlying = float(next(option.underlying_price for option in options if option.underlying_price))
        assert underlying == pytest.approx(price, rel=0.5)
        assert min(near) < underlying < max(near)
        assert any(option.open_interest for option in options)
        assert any(option.volume_24h for option in options)


@pytest.mark.parametrize("exchange", ["binance", "kraken", "coinbase_exchange", "okx", "gate", "bitfinex", "bitstamp"])
@pytest.mark.parametrize(("coin", "price"), [("BTC", 90_512), ("ETH", 3_051), ("DOGE", 0.1612)])
def test_books_lie_around_the_price_of_their_coin_and_are_never_crossed(exchange: str, coin: str, price: float) -> None:
    for days in (0, 1, 40):
        [book] = rows(a_world(), f"{exchange}.books", NOW + timedelta(days=days), coin)
        bids, asks = ([float(level[0]) for level in side] for side in (book.bids, book.asks))
        assert max(bids) < min(asks)
        assert max(bids) == pytest.approx(price, rel=0.3)
        assert min(bids) < max(bids) * 0.99
        assert sum(float(size) * at for at, (_, size) in zip(bids, book.bids, strict=True)) > 1e5


@pytest.mark.parametrize("endpoint_id", ["bybit.tickers", "kraken.ticker", "kucoin.tickers", "okx.tickers"])
def test_the_last_price_of_a_market_lies_between_its_best_ones(endpoint_id: str) -> None:
    bids = set()
    for days in (0, 1, 40):
        found = rows(a_world(), endpoint_id, NOW + timedelta(days=days))
        last = {quote.pair: float(quote.last or 0) for quote in found if isinstance(quote, Quote)}
        books = [book for book in found if isinstance(book, Book) and last[book.pair]]
        assert len(books) > 3
        for book in books:
            [(bid, _)], [(ask, _)] = book.bids, book.asks
            assert float(bid or 0) <= last[book.pair] <= float(ask or 0)
            bids.add((book.pair, bid))
    assert len(bids) > 2 * len(books)  # they move with the market


def test_a_ticker_of_one_coin_answers_for_the_coin_that_is_asked() -> None:
    [ether], [doge] = (rows(a_world(), "coinbase_exchange.ticker", NOW, label) for label in ("ETH", "DOGE"))
    assert float(ether.last) == pytest.approx(3050, rel=0.2)
    assert float(doge.last) == pytest.approx(0.16, rel=0.2)


@pytest.mark.parametrize("label", ["BTC", "ETH", "XRP", "SOL"])
def test_what_a_ticker_says_of_its_day_is_of_the_coin_that_is_asked(label: str) -> None:
    """Bitso tells the price of a day ago as a difference, and its turnover as coins and their mean price."""
    [bitso], [btcmarkets] = (
        rows(a_world(), endpoint_id, NOW, label) for endpoint_id in ("bitso.ticker", "btcmarkets.tickers")
    )
    assert bitso.open == pytest.approx(float(bitso.last), rel=0.1)
    for quote in (bitso, btcmarkets):
        assert float(quote.volume_quote) == pytest.approx(float(quote.volume_base) * float(quote.last), rel=0.1)


def test_an_answer_that_repeats_its_question_repeats_the_one_that_was_asked() -> None:
    [bitcoin], [ether] = (rows(a_world(), "deribit_perpetuals.ticker", NOW, label)[:1] for label in ("BTC", "ETH"))
    assert (bitcoin.contract, ether.contract) == ("BTC-PERPETUAL", "ETH-PERPETUAL")


def test_transfers_are_others_after_a_quarter_of_an_hour() -> None:
    def hashes(now: datetime) -> set[str]:
        found = {row.transaction_hash for row in rows(a_world(), "blockchair.bitcoin_transactions", now)}
        assert all(len(one) == 64 and int(one, 16) for one in found)
        return found

    assert hashes(NOW) == hashes(NOW + timedelta(minutes=7))
    assert hashes(NOW).isdisjoint(hashes(NOW + timedelta(minutes=16)))


@pytest.mark.parametrize(
    ("endpoint_id", "days"),
    [("coinbase_exchange.ticker", 3), ("alternative_me.fear_greed", 30), ("decrypt.feed", 90), ("binance.candles", 3)],
)
def test_a_stale_answer_was_true_days_ago(endpoint_id: str, days: int) -> None:
    endpoint = the(endpoint_id)
    stale = answer(a_world(), endpoint, NOW, stale=True)
    assert stale == answer(a_world(), endpoint, NOW - timedelta(days=days))
    around = NormalisationContext(NOW, Universe(), whale_usd=1_000_000)
    payload = reading.decode(stale, endpoint.answer.format)
    objection = reading.objection_to(
        endpoint, reading.parse(endpoint, payload, target_of(endpoint).ask, around), around
    )
    assert objection
    assert objection.outcome is Outcome.STALE
