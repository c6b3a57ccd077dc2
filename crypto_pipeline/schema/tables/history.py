"""History: the tables.

Belongs here: which stretches of the past were asked for, and what the sources said of each.
Does not belong here: the rows of the past, which lie in the tables of their kind (schema/tables/market.py).
"""

from __future__ import annotations

from crypto_pipeline.schema.declare import INT, TEXT, TIME, Column, Group, Table
from crypto_pipeline.schema.tables.shared import COLLECTED, FETCHED, said_by

HISTORY = Group("history", "History: what is known of the past, and what is missing")

HISTORY_PAGES = Table(
    "history_pages",
    HISTORY,
    "Each stretch of the past that a source was asked for, written in one transaction with the rows that it gave. A stretch "
    "whose outcome is ok, empty, unlisted or end_of_history is settled: it is not asked for again.",
    key=("endpoint", "ask", "from_at"),
    write="latest",
    newer_by="fetched_at",
    columns=(
        Column("endpoint", TEXT, "Id of the endpoint: binance.candles"),
        Column("ask", TEXT, "Which of its series: BTC 1h; empty where it has one"),
        said_by("source"),
        Column("symbol", TEXT, "Coin code; NULL where the series is of no coin"),
        Column("interval", TEXT, "Length of its candles; NULL where the rows are no candles"),
        Column("from_at", TIME, "Where the stretch begins"),
        Column("to_at", TIME, "Where it ends, this moment not included"),
        Column("expected", INT, "Entries that fit into the stretch; NULL where nobody can know", "count"),
        Column("rows", INT, "Entries of the stretch that came and were stored", "count"),
        Column("refused", INT, "Entries that came and were not believed", "count"),
        Column("first_at", TIME, "The oldest entry of the stretch that was stored"),
        Column("last_at", TIME, "The newest"),
        Column(
            "outcome",
            TEXT,
            "ok, empty, unlisted, end_of_history, not_paged, no_market, or how the request failed: timeout, blocked, ...",
        ),
        Column("error", TEXT, "What went wrong, in a sentence"),
        Column("times_told", INT, "How many times the source has answered for this stretch", "count"),
        *FETCHED,
    ),
)

CANDLE_GAPS = Table(
    "candle_gaps",
    HISTORY,
    "Each stretch without candles between two candles of one market, and why they are missing as far as that is known. "
    "Nothing is ever invented to fill one.",
    key=("provider", "symbol", "interval", "from_at"),
    write="replace",
    columns=(
        said_by("provider"),
        Column("symbol", TEXT, "Coin code"),
        Column("interval", TEXT, "Length of the candles"),
        Column("from_at", TIME, "When the first missing candle would have opened"),
        Column("to_at", TIME, "When the next candle opened"),
        Column("missing", INT, "Candles that are missing", "count"),
        Column(
            "kind",
            TEXT,
            "halt: the exchange stood still, for its other markets miss them too; no_trades: nobody traded, and this exchange "
            "leaves such candles out; refused: they came and were not believed; not_asked: nobody has asked for them yet; "
            "unexplained: the source has none and nothing says why",
        ),
        Column("times_told", INT, "How many times the source has answered for this stretch", "count"),
        Column("found_at", TIME, "When the gaps were looked for"),
        *COLLECTED,
    ),
)
