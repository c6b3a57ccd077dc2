"""Every table of the data bank, declared once.

Belongs here: columns with type, unit and meaning, keys, how a table is written, how long it is kept.
Does not belong here: SQL, Dagster, sources; the DDL, the docs and the UI are made from these declarations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

TEXT: Final = "VARCHAR"
REAL: Final = "DOUBLE"
INT: Final = "BIGINT"
TIME: Final = "TIMESTAMP WITH TIME ZONE"
FLAG: Final = "BOOLEAN"

ColumnType = Literal["VARCHAR", "DOUBLE", "BIGINT", "TIMESTAMP WITH TIME ZONE", "BOOLEAN"]
Group = Literal["market", "news", "sentiment", "chain", "registry", "collection_log", "state", "health", "beyond"]
Write = Literal["history", "latest", "replace", "log"]

SCHEMA_VERSION = 1
"""Raised when a file written by this version can no longer be understood by the one before it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its SQL type, what it means and the unit of its numbers."""

    name: str
    type: ColumnType
    comment: str
    unit: str = ""
    keep_first: bool = False
    """An update of the row leaves this value as it was first known."""
    before: str | None = None
    """What rows have here that were written before the table had this column; NULL when it is not known."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    ``write`` says what a new batch does to rows that have the same key:

    - ``history``: a changed row is corrected in place, an equal one is left alone; rows are never removed.
    - ``latest``: the same, but only the newest state of a key is kept, so a row that is older by ``newer_by`` loses.
    - ``replace``: the batch is the whole truth; rows with other keys are removed.
    - ``log``: rows are written once and never touched again.

    ``newer_by`` names the column by which a late batch (one that waited in the spool) is recognised as older.
    """

    name: str
    group: Group
    doc: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    write: Write = "history"
    newer_by: str | None = None
    keep_days: int | None = None

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def may_lose_rows(self) -> bool:
        """Tables of states do not grow, and what they lost would be missed: the state of a source that rests, say."""
        return self.write in {"history", "log"}


_COLLECTED = (
    Column("collected_at", TIME, "When this row was written by a collection"),
    Column("run_id", TEXT, "Dagster run that wrote it; joins to data_collections and connection_attempts"),
)
_FETCHED = (Column("fetched_at", TIME, "When the answer arrived"), *_COLLECTED)
_SOURCE_TIME = Column("timestamp", TIME, "The source's own time of the data where it has one, else when it was fetched")


def _source(name: str = "source") -> Column:
    return Column(name, TEXT, "Who says so")


LOG_DAYS = 30
BODY_DAYS = 7

_MARKET = (
    Table(
        "market_prices",
        "market",
        "One coin at one source at one moment.",
        key=("source", "symbol", "timestamp"),
        newer_by="fetched_at",
        columns=(
            Column("symbol", TEXT, "Coin code, the same whoever says it: BTC"),
            Column("price_usd", REAL, "Last price", "USD"),
            Column("market_cap", REAL, "Market capitalisation", "USD"),
            Column("volume_24h", REAL, "Traded value of the last 24 hours", "USD"),
            Column("price_change_24h", REAL, "Change over the last 24 hours", "percent"),
            Column("high_24h", REAL, "Highest price of the last 24 hours", "USD"),
            Column("low_24h", REAL, "Lowest price of the last 24 hours", "USD"),
            Column("pair", TEXT, "The source's own name of the market that was taken for the coin"),
            Column("quote", TEXT, "Currency in which that market trades; prices are converted to dollars"),
            _SOURCE_TIME,
            _source(),
            *_FETCHED,
        ),
    ),
    Table(
        "cached_market_data",
        "market",
        "The latest market_prices row of each coin at each source.",
        key=("provider", "symbol"),
        write="latest",
        newer_by="fetched_at",
        columns=(
            Column("symbol", TEXT, "Coin code"),
            Column("price", REAL, "Last price", "USD"),
            Column("market_cap", REAL, "Market capitalisation", "USD"),
            Column("volume_24h", REAL, "Traded value of the last 24 hours", "USD"),
            Column("change_24h", REAL, "Change over the last 24 hours", "percent"),
            Column("high_24h", REAL, "Highest price of the last 24 hours", "USD"),
            Column("low_24h", REAL, "Lowest price of the last 24 hours", "USD"),
            Column("pair", TEXT, "The source's own name of the market that was taken for the coin"),
            Column("quote", TEXT, "Currency in which that market trades; prices are converted to dollars"),
            _SOURCE_TIME,
            _source("provider"),
            *_FETCHED,
        ),
    ),
    Table(
        "cached_ohlc",
        "market",
        "One candle. The open candle says is_final = false and is replaced until it closes. Only candles of one currency may "
        "be compared.",
        key=("provider", "symbol", "interval", "timestamp"),
        newer_by="fetched_at",
        columns=(
            Column("symbol", TEXT, "Coin code"),
            Column("interval", TEXT, "Length of the candle: 1h, 1d"),
            Column("timestamp", TIME, "When the candle opened"),
            Column("open", REAL, "First price", "as in column currency"),
            Column("high", REAL, "Highest price", "as in column currency"),
            Column("low", REAL, "Lowest price", "as in column currency"),
            Column("close", REAL, "Last price", "as in column currency"),
            Column(
                "currency",
                TEXT,
                "Money of the four prices: USD (dollar coins count as dollars), else the local money of the market: KRW",
                before="USD",
            ),
            Column("volume", REAL, "Traded amount", "coins"),
            Column("pair", TEXT, "The source's own name of the market"),
            Column("is_final", FLAG, "False while the candle was still open when it was fetched"),
            _source("provider"),
            *_FETCHED,
        ),
    ),
)

_NEWS = (
    Table(
        "news_articles",
        "news",
        "An article, once, whoever repeats it.",
        key=("url",),
        newer_by="fetched_at",
        columns=(
            Column("title", TEXT, "Headline, as plain text"),
            Column("content", TEXT, "Summary as plain text, at most 500 characters"),
            Column("source", TEXT, "The outlet whose copy is kept", keep_first=True),
            Column(
                "url",
                TEXT,
                "Canonical address: https, no tracking parameters; ni:///sha-256 of the identity where it has none",
            ),
            Column(
                "published_at",
                TIME,
                "When the outlet says it was published; NULL when it does not say or cannot be right",
            ),
            Column("updated_at", TIME, "When the outlet says it was last edited"),
            Column(
                "sentiment", TEXT, "positive, neutral or negative by word list; NULL where no list fits the language"
            ),
            Column("sentiment_score", REAL, "The word list's score", "-1 to 1"),
            Column("sentiment_method", TEXT, "Word list and version that the sentiment comes from"),
            Column("tags", TEXT, "Coins and topics named, sorted, separated by commas: BTC,ETH,etf"),
            Column("language", TEXT, "Language of the outlet, as a BCP 47 code"),
            Column("author", TEXT, "Author, where given"),
            Column("guid", TEXT, "The outlet's own identity of the article"),
            Column(
                "story_id",
                TEXT,
                "The same for articles that seem to tell the same story; a soft guess",
                keep_first=True,
            ),
            Column("date_note", TEXT, "What had to be assumed about published_at: no zone, in the future"),
            Column("first_seen_at", TIME, "When it was first collected", keep_first=True),
            *_FETCHED,
        ),
    ),
)

_SENTIMENT = (
    Table(
        "sentiment_metrics",
        "sentiment",
        "Fear and greed, attention, developer activity and the like.",
        key=("source", "metric_name", "timestamp"),
        newer_by="fetched_at",
        columns=(
            Column("metric_name", TEXT, "What is measured: fear_greed_index"),
            Column("value", REAL, "Its value, in the unit of the row"),
            Column("unit", TEXT, "Unit of value: index 0-100, count, percent"),
            Column("classification", TEXT, "The source's own word for it: Extreme Fear"),
            _SOURCE_TIME,
            _source(),
            *_FETCHED,
        ),
    ),
)

_CHAIN = (
    Table(
        "whale_transactions",
        "chain",
        "One large transfer.",
        key=("blockchain", "transaction_hash", "event_index"),
        newer_by="fetched_at",
        columns=(
            Column("blockchain", TEXT, "Chain: ethereum, bitcoin"),
            Column("transaction_hash", TEXT, "Hash of the transaction"),
            Column(
                "event_index",
                INT,
                "Log or output index inside the transaction; -1 when the row is the whole transaction",
            ),
            Column("from_address", TEXT, "Sender; NULL where the source does not say"),
            Column("to_address", TEXT, "Receiver; NULL where the source does not say"),
            Column("symbol", TEXT, "Coin that moved"),
            Column("amount", REAL, "How much moved", "coins"),
            Column("amount_usd", REAL, "What that was worth when it was first seen", "USD", keep_first=True),
            Column(
                "price_source", TEXT, "Where the dollar value comes from: source, market_prices, par", keep_first=True
            ),
            Column("block_number", INT, "Block that holds it"),
            Column("timestamp", TIME, "Time of the block, else when it was fetched", keep_first=True),
            _source(),
            *_FETCHED,
        ),
    ),
    Table(
        "gas_prices",
        "chain",
        "Fees of a chain now. Only rows of one unit may be compared.",
        key=("source", "blockchain", "timestamp"),
        newer_by="fetched_at",
        columns=(
            Column("blockchain", TEXT, "Chain: ethereum, bitcoin"),
            Column("gas_price_gwei", REAL, "What the node suggests now", "as in column unit"),
            Column("fast_gas_price", REAL, "Fee for the next block", "as in column unit"),
            Column("standard_gas_price", REAL, "Usual fee", "as in column unit"),
            Column("slow_gas_price", REAL, "Fee that may wait", "as in column unit"),
            Column("base_fee", REAL, "Base fee of the next block", "as in column unit"),
            Column("unit", TEXT, "Unit of the five prices: gwei on EVM chains, sat/vB on Bitcoin"),
            Column(
                "derived",
                FLAG,
                "True where slow, standard and fast repeat one price because the chain has no fee history",
            ),
            Column("block_number", INT, "Newest block the prices rest on"),
            _SOURCE_TIME,
            _source(),
            *_FETCHED,
        ),
    ),
    Table(
        "blockchain_stats",
        "chain",
        "The state of a chain.",
        key=("source", "blockchain", "timestamp"),
        newer_by="fetched_at",
        columns=(
            Column("blockchain", TEXT, "Chain"),
            Column("latest_block", INT, "Height of the newest block", "blocks"),
            Column("total_transactions", INT, "Transactions since the chain began", "count"),
            Column("network_hashrate", REAL, "Hash rate of the network; NULL on proof of stake", "H/s"),
            Column("difficulty", REAL, "Mining difficulty; NULL on proof of stake"),
            Column("transactions_24h", INT, "Transactions of the last 24 hours", "count"),
            Column("block_transactions", INT, "Transactions in the newest block", "count"),
            Column("mempool_transactions", INT, "Transactions that wait", "count"),
            Column("circulating_supply", REAL, "Coins in circulation", "coins"),
            Column("total_supply", REAL, "Coins that exist", "coins"),
            Column("tps", REAL, "Transactions per second now"),
            Column("epoch", INT, "Epoch or era, where the chain has one"),
            Column("coin_price_usd", REAL, "Price of the coin as this source says it", "USD"),
            Column("extra", TEXT, "What else the source says, as JSON"),
            _SOURCE_TIME,
            _source(),
            *_FETCHED,
        ),
    ),
)

_REGISTRY = (
    Table(
        "providers",
        "registry",
        "What is declared: one host or family of hosts that is asked.",
        key=("name",),
        write="replace",
        columns=(
            Column("name", TEXT, "Name of the provider, first part of its endpoints' ids"),
            Column("host", TEXT, "Host that is asked"),
            Column("docs", TEXT, "The provider's documentation"),
            Column("endpoints", INT, "Declared endpoints", "count"),
            Column("enabled_endpoints", INT, "Endpoints that are on with the present settings", "count"),
            Column("tables", TEXT, "Tables that it feeds, separated by commas"),
            Column("budget_requests", INT, "Requests allowed in budget_seconds", "count"),
            Column("budget_seconds", REAL, "Period of the budget", "seconds"),
            Column("key_env", TEXT, "Environment variable of its key; NULL when there is none"),
            Column("needs_key", FLAG, "True when nothing is asked without that key"),
            Column("quirks", TEXT, "What a reader of its numbers should know"),
            *_COLLECTED,
        ),
    ),
    Table(
        "source_pools",
        "registry",
        "Groups of endpoints that say the same, of which one is asked.",
        key=("name",),
        write="replace",
        columns=(
            Column("name", TEXT, "Name of the pool"),
            Column("table_name", TEXT, "Table that it feeds"),
            Column("strategy", TEXT, "How the member to ask is chosen: priority, round_robin or least_used"),
            Column("members", INT, "Members of the pool", "count"),
            *_COLLECTED,
        ),
    ),
    Table(
        "pool_members",
        "registry",
        "Which endpoint belongs to which pool.",
        key=("pool", "endpoint"),
        write="replace",
        columns=(
            Column("pool", TEXT, "Name of the pool"),
            Column("endpoint", TEXT, "Id of the endpoint"),
            Column("provider", TEXT, "Provider of the endpoint"),
            Column("priority", INT, "0 is asked first"),
            *_COLLECTED,
        ),
    ),
    Table(
        "schedule_config",
        "registry",
        "The schedules as the settings have them.",
        key=("name",),
        write="replace",
        columns=(
            Column("name", TEXT, "Name of the schedule"),
            Column("job", TEXT, "Job that it starts"),
            Column("cron", TEXT, "When, as a cron expression in UTC"),
            Column("description", TEXT, "What it is for"),
            *_COLLECTED,
        ),
    ),
)

_LOG = (
    Table(
        "connection_attempts",
        "collection_log",
        "Each request that went out, retries included.",
        key=("run_id", "endpoint", "ask", "attempt"),
        write="log",
        keep_days=LOG_DAYS,
        columns=(
            Column("endpoint", TEXT, "Id of the endpoint: kraken.ticker"),
            Column("ask", TEXT, "Which of the endpoint's requests; empty where it has one"),
            Column("attempt", INT, "1 for the first try; each redirect that was followed is part of its attempt"),
            Column("provider", TEXT, "Provider of the endpoint"),
            Column("host", TEXT, "Host that was asked"),
            Column("method", TEXT, "HTTP method"),
            Column("url", TEXT, "Address without any key"),
            Column("started_at", TIME, "When the request went out"),
            Column("milliseconds", REAL, "Until the whole body was there or the attempt was given up", "ms"),
            Column("status_code", INT, "HTTP status; NULL when no answer came"),
            Column("bytes", INT, "Size of the body after decompression", "bytes"),
            Column("outcome", TEXT, "ok, not_modified, timeout, unreachable, rate_limited, blocked, server_error, ..."),
            Column("error", TEXT, "What went wrong, in a sentence"),
            *_COLLECTED,
        ),
    ),
    Table(
        "data_collections",
        "collection_log",
        "Each endpoint in each run, with its outcome.",
        key=("run_id", "endpoint"),
        write="log",
        keep_days=LOG_DAYS,
        columns=(
            Column("endpoint", TEXT, "Id of the endpoint"),
            Column("provider", TEXT, "Provider of the endpoint"),
            Column("job", TEXT, "Job of the run"),
            Column("table_names", TEXT, "Tables that it feeds, separated by commas"),
            Column("pool", TEXT, "Pool it belongs to; NULL when it stands alone"),
            Column("started_at", TIME, "When it was its turn"),
            Column("finished_at", TIME, "When its outcome was known"),
            Column("milliseconds", REAL, "From the first request to the last answer", "ms"),
            Column("requests", INT, "Requests that went out, retries included", "count"),
            Column("status_code", INT, "HTTP status of the last answer"),
            Column("bytes", INT, "Size of the bodies after decompression", "bytes"),
            Column("rows", INT, "Rows that it gave to its tables", "count"),
            Column("rejected", INT, "Rows of its answer that were refused", "count"),
            Column(
                "outcome", TEXT, "ok, not_modified, empty, stale, error_in_body, unparseable, timeout, not_due, ..."
            ),
            Column("error", TEXT, "What went wrong, in a sentence"),
            Column("gateway", TEXT, "Address that stood in the place of the internet; NULL when live"),
            *_COLLECTED,
        ),
    ),
    Table(
        "failure_logs",
        "collection_log",
        "Each request that failed for good, after its retries, and each answer that could not be used.",
        key=("run_id", "endpoint", "ask"),
        write="log",
        keep_days=LOG_DAYS,
        columns=(
            Column("endpoint", TEXT, "Id of the endpoint"),
            Column("ask", TEXT, "Which of the endpoint's requests; empty where it has one"),
            Column("provider", TEXT, "Provider of the endpoint"),
            Column("failed_at", TIME, "When it was given up"),
            Column("outcome", TEXT, "Kind of failure"),
            Column("status_code", INT, "HTTP status; NULL when no answer came"),
            Column("error", TEXT, "What went wrong, in a sentence"),
            *_COLLECTED,
        ),
    ),
    Table(
        "rate_limit_usage",
        "collection_log",
        "Requests per host and run against the host's budget.",
        key=("run_id", "host"),
        write="log",
        keep_days=LOG_DAYS,
        columns=(
            Column("host", TEXT, "Host"),
            Column("window_start", TIME, "First request of the run"),
            Column("window_end", TIME, "Last request of the run"),
            Column("requests", INT, "Requests that went out", "count"),
            Column("budget_requests", INT, "Requests allowed in budget_seconds", "count"),
            Column("budget_seconds", REAL, "Period of the budget", "seconds"),
            Column("rate_limited", INT, "Answers that said 'too many requests'", "count"),
            *_COLLECTED,
        ),
    ),
    Table(
        "rotation_history",
        "collection_log",
        "Each time another member of a pool took over, because one failed or because it was its turn.",
        key=("run_id", "pool", "to_endpoint"),
        write="log",
        keep_days=LOG_DAYS,
        columns=(
            Column("pool", TEXT, "Name of the pool"),
            Column("from_endpoint", TEXT, "Member that failed, or that answered in the run before"),
            Column("to_endpoint", TEXT, "Member that was asked instead"),
            Column("reason", TEXT, "Why: 'failed: ...' or 'planned: ...'"),
            Column("rotated_at", TIME, "When"),
            *_COLLECTED,
        ),
    ),
    Table(
        "rejected_rows",
        "collection_log",
        "Each row of an answer that was refused, with the reason.",
        key=("run_id", "endpoint", "number"),
        write="log",
        keep_days=LOG_DAYS,
        columns=(
            Column("endpoint", TEXT, "Id of the endpoint"),
            Column("number", INT, "Counts the refused rows of this endpoint in this run, from 1"),
            Column("table_name", TEXT, "Table that it would have gone to"),
            Column("reason", TEXT, "Why it was refused"),
            Column("row", TEXT, "The row as it came, shortened"),
            Column("rejected_at", TIME, "When"),
            *_COLLECTED,
        ),
    ),
    Table(
        "quarantined_payloads",
        "collection_log",
        "Bodies that no parser understood.",
        key=("run_id", "endpoint", "ask"),
        write="log",
        keep_days=BODY_DAYS,
        columns=(
            Column("endpoint", TEXT, "Id of the endpoint"),
            Column("ask", TEXT, "Which of the endpoint's requests; empty where it has one"),
            Column("reason", TEXT, "What the parser said"),
            Column("content_type", TEXT, "Content type of the answer"),
            Column("bytes", INT, "Size of the whole body", "bytes"),
            Column("body", TEXT, "Its first 64 KB, as text"),
            Column("received_at", TIME, "When it came"),
            *_COLLECTED,
        ),
    ),
)

_STATE = (
    Table(
        "rotation_state",
        "state",
        "Which member of a pool is asked next.",
        key=("pool",),
        write="latest",
        newer_by="changed_at",
        columns=(
            Column("pool", TEXT, "Name of the pool"),
            Column("endpoint", TEXT, "Member that answered last"),
            Column("next_endpoint", TEXT, "Member that comes first in the next run, if all stay as they are"),
            Column("changed_at", TIME, "When the last one answered"),
            *_COLLECTED,
        ),
    ),
    Table(
        "source_health",
        "state",
        "What is remembered of each endpoint from one run to the next.",
        key=("endpoint",),
        write="latest",
        newer_by="asked_at",
        columns=(
            Column("endpoint", TEXT, "Id of the endpoint"),
            Column(
                "breaker_state",
                TEXT,
                "closed; open: not asked until not_before; half_open: the pause is over, the next request is a probe",
            ),
            Column("consecutive_failures", INT, "Failures since the last success", "count"),
            Column("asked_at", TIME, "When it was last asked"),
            Column("succeeded_at", TIME, "When it last gave a usable answer"),
            Column("outcome", TEXT, "Its last outcome"),
            Column("milliseconds", REAL, "How long its last answer took", "ms"),
            Column(
                "not_before", TIME, "Not asked before this time: the source said so, refused us, or its breaker is open"
            ),
            Column(
                "host_not_before", TIME, "Nothing at the same host is asked before this time: it had too many requests"
            ),
            Column("etag", TEXT, "Validator for the next conditional request"),
            Column("last_modified", TEXT, "Validator for the next conditional request"),
            Column("body_hash", TEXT, "Hash of the last usable answer, to recognise the same answer again"),
            Column("fields", TEXT, "Fields of its JSON answers, to tell when one comes or goes (schema_drift)"),
            *_COLLECTED,
        ),
    ),
)

_HEALTH = (
    Table(
        "schedule_compliance",
        "health",
        "Ticks that were expected against ticks that happened.",
        key=("schedule", "expected_at"),
        newer_by="collected_at",
        keep_days=LOG_DAYS,
        columns=(
            Column("schedule", TEXT, "Name of the schedule"),
            Column("expected_at", TIME, "When the tick was due"),
            Column("actual_at", TIME, "When its run began; NULL when it did not"),
            Column("lag_seconds", REAL, "Between the two", "seconds"),
            Column("outcome", TEXT, "started, skipped, missed"),
            Column("reason", TEXT, "Why it was skipped"),
            *_COLLECTED,
        ),
    ),
    Table(
        "alerts",
        "health",
        "What needs a person, once for as long as it lasts.",
        key=("condition", "first_seen_at"),
        newer_by="last_seen_at",
        columns=(
            Column("condition", TEXT, "What is wrong with what: stale_table.market_prices"),
            Column("severity", TEXT, "warning or error"),
            Column("message", TEXT, "One sentence for a person"),
            Column("first_seen_at", TIME, "Since when"),
            Column("last_seen_at", TIME, "Last time it was seen"),
            Column("resolved_at", TIME, "When it was over; NULL while it lasts"),
            Column("acknowledged_at", TIME, "When a person took note of it", keep_first=True),
            *_COLLECTED,
        ),
    ),
    Table(
        "system_metrics",
        "health",
        "The whole at a glance.",
        key=("metric_name", "timestamp"),
        keep_days=LOG_DAYS,
        columns=(
            Column("metric_name", TEXT, "What is measured: sources_online"),
            Column("value", REAL, "Its value, in the unit of the row"),
            Column("unit", TEXT, "Unit of value"),
            Column("timestamp", TIME, "When it was measured"),
            *_COLLECTED,
        ),
    ),
    Table(
        "data_quality_results",
        "health",
        "Results of the asset checks over time.",
        key=("run_id", "table_name", "check_name"),
        write="log",
        keep_days=LOG_DAYS,
        columns=(
            Column("table_name", TEXT, "Table that was checked"),
            Column("check_name", TEXT, "Name of the check"),
            Column("passed", FLAG, "Whether it passed; NULL when it could not be made"),
            Column("severity", TEXT, "warn or error"),
            Column("detail", TEXT, "What was found, in a sentence"),
            Column("checked_at", TIME, "When"),
            *_COLLECTED,
        ),
    ),
    Table(
        "schema_drift",
        "health",
        "Fields that came or went in an answer.",
        key=("endpoint", "path", "seen_at"),
        keep_days=LOG_DAYS,
        columns=(
            Column("endpoint", TEXT, "Id of the endpoint"),
            Column("path", TEXT, "Field, as a path into the answer"),
            Column("change", TEXT, "appeared or vanished"),
            Column("seen_at", TIME, "When"),
            *_COLLECTED,
        ),
    ),
)

_BEYOND = (
    Table(
        "consensus_prices",
        "beyond",
        "The median over all sources of one collection, with its spread and the outliers.",
        key=("symbol", "timestamp"),
        columns=(
            Column("symbol", TEXT, "Coin code"),
            Column("price_usd", REAL, "Median price of the sources that were counted", "USD"),
            Column("sources", INT, "Sources that were counted", "count"),
            Column("lowest_usd", REAL, "Lowest price that was counted", "USD"),
            Column("highest_usd", REAL, "Highest price that was counted", "USD"),
            Column("spread_percent", REAL, "(highest - lowest) / median", "percent"),
            Column("price_change_24h", REAL, "Median change over the last 24 hours", "percent"),
            Column("outliers", TEXT, "Sources that were left out because they were too far off, separated by commas"),
            Column("timestamp", TIME, "When the median was taken"),
            *_COLLECTED,
        ),
    ),
    Table(
        "exchange_rates",
        "beyond",
        "What one unit of a currency is worth in dollars.",
        key=("source", "currency", "timestamp"),
        newer_by="fetched_at",
        columns=(
            Column("currency", TEXT, "ISO 4217 code: EUR"),
            Column("usd_per_unit", REAL, "Dollars for one unit", "USD"),
            _SOURCE_TIME,
            _source(),
            *_FETCHED,
        ),
    ),
    Table(
        "derivatives_metrics",
        "beyond",
        "Funding and open interest of a perpetual contract.",
        key=("source", "contract", "timestamp"),
        newer_by="fetched_at",
        columns=(
            Column("symbol", TEXT, "Coin code of the underlying"),
            Column("contract", TEXT, "The exchange's own name of the contract"),
            Column("funding_rate", REAL, "Funding per interval, as the exchange says it", "fraction"),
            Column("funding_interval_hours", REAL, "How often funding is paid", "hours"),
            Column("funding_rate_8h", REAL, "The same rate over eight hours, to compare exchanges", "fraction"),
            Column("next_funding_at", TIME, "When funding is paid next"),
            Column("open_interest", REAL, "Open contracts", "coins"),
            Column("open_interest_usd", REAL, "Open contracts", "USD"),
            Column("mark_price", REAL, "Mark price", "USD"),
            Column("index_price", REAL, "Index price", "USD"),
            Column("volume_24h_usd", REAL, "Traded value of the last 24 hours", "USD"),
            _SOURCE_TIME,
            _source(),
            *_FETCHED,
        ),
    ),
    Table(
        "defi_metrics",
        "beyond",
        "Total value locked, stablecoins in circulation, volumes of decentralised exchanges.",
        key=("source", "metric_name", "entity", "timestamp"),
        newer_by="fetched_at",
        columns=(
            Column("metric_name", TEXT, "What is measured: tvl, stablecoin_circulating"),
            Column("entity", TEXT, "Of what: a chain, a protocol, a stablecoin"),
            Column("value", REAL, "Its value, in the unit of the row"),
            Column("unit", TEXT, "Unit of value: USD, percent"),
            _SOURCE_TIME,
            _source(),
            *_FETCHED,
        ),
    ),
    Table(
        "market_overview",
        "beyond",
        "The whole market at one moment.",
        key=("source", "timestamp"),
        newer_by="fetched_at",
        columns=(
            Column("total_market_cap_usd", REAL, "All coins together", "USD"),
            Column("total_volume_24h_usd", REAL, "Traded value of the last 24 hours", "USD"),
            Column("market_cap_change_24h", REAL, "Change of the total over the last 24 hours", "percent"),
            Column("btc_dominance", REAL, "Bitcoin's share of the total", "percent"),
            Column("eth_dominance", REAL, "Ethereum's share of the total", "percent"),
            Column("active_coins", INT, "Coins that the source counts", "count"),
            Column("active_markets", INT, "Markets or exchanges that the source counts", "count"),
            _SOURCE_TIME,
            _source(),
            *_FETCHED,
        ),
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (*_MARKET, *_NEWS, *_SENTIMENT, *_CHAIN, *_REGISTRY, *_LOG, *_STATE, *_HEALTH, *_BEYOND)
    }
)

DATA_TABLES: tuple[str, ...] = tuple(
    name for name, table in TABLES.items() if table.group in {"market", "news", "sentiment", "chain", "beyond"}
)
"""Tables that collections fill; all others describe how the data bank itself is doing."""

UI_TABLES: tuple[str, ...] = (
    "market_prices",
    "cached_market_data",
    "consensus_prices",
    "exchange_rates",
    "gas_prices",
    "sentiment_metrics",
)
"""Tables of the 5-minute job: prices, gas and sentiment, and the exchange rates that prices need."""
