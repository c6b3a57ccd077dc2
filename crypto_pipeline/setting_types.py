"""What a setting can be: each kind of value with its check, as a type that a field of the settings is declared with.

Belongs here: functions from what a person wrote to what is used; they raise ValueError with the end of a sentence that says what
would do.
Does not belong here: which settings there are, with defaults and meanings (settings.py).
https://docs.pydantic.dev/latest/concepts/validators/#field-after-validator
"""

from __future__ import annotations

import os
import re
from datetime import date, datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from croniter import croniter
from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from crypto_pipeline.foundation.postgres_address import fault_of, is_postgres
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.price_watches import price_watches
from crypto_pipeline.schema.tables import TABLES

FOREVER = "forever"
OFF = "off"
BEGINNING = "2017-01-01"
"""The day on which the past begins that is filled by itself: most exchanges that are asked are not older."""
_NO_ADDRESS = re.compile(r"%[0-9A-Fa-f]{2}|[?\\]" if os.sep == "/" else r"%[0-9A-Fa-f]{2}|[?]")
"""SQLite gets the paths of Dagster's databases as addresses, in which these mean something else."""
_NO_FILE_OF_DUCKDB = re.compile(r"[?\\]" if os.sep == "/" else "[?]")
_REGION = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_COUNTRY = re.compile("[a-z]{2}")
_BETWEEN_WORDS = re.compile("[,;]")
_KEY_PREFIX = re.compile(r"[A-Za-z0-9_]+(/[A-Za-z0-9_]+)*")


@lru_cache(maxsize=64)  # SOURCES_OFF is asked for once an endpoint
def words_in(text: str) -> tuple[str, ...]:
    """The words of a setting that is a list, separated by commas, semicolons or blanks."""
    return tuple(_BETWEEN_WORDS.sub(" ", text).split())


def _none_where_empty(path: object) -> object:
    """A variable that is set to nothing, as compose files do, is not set; to Path it is the folder one is in."""
    return path or None


def _absolute(path: Path) -> Path:
    path = path.expanduser().absolute()
    if strange := _NO_ADDRESS.search(str(path)):
        raise ValueError(f"Dagster's databases cannot be in {path}, because of the {strange[0]!r} in it")
    return path


def _host_and_port(address: str) -> str:
    host, _, port = address.rpartition(":")
    if address and not (host and port.isascii() and port.isdigit() and 1 <= int(port) <= 65_535):
        raise ValueError("should look like 127.0.0.1:4266")
    return address


def _http(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("should look like http://127.0.0.1:8899 or https://bank.example.org")
    return url.rstrip("/")


def _regions(text: str, info: ValidationInfo) -> str:
    """One of them is that of this machine."""
    entries, ours = [word.partition("=") for word in words_in(text)], info.data.get("region", "")
    names = [name for name, _, _ in entries]
    for name, equals, country in entries:
        if not _REGION.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a region: those are of small letters, digits, - and _")
        if equals and not _COUNTRY.fullmatch(country):
            raise ValueError(f"{country!r} is no country: those are two small letters, such as us in {name}=us")
    if len(set(names)) < len(names):
        raise ValueError("it names a region twice")
    if ours and ours not in names:
        raise ValueError(f"CRYPTO_PIPELINE_REGION is {ours!r}, which is none of them")
    if names and not ours:
        raise ValueError("CRYPTO_PIPELINE_REGION does not say in which of them this machine is")
    if len(names) > 1 and not is_postgres(info.data.get("database_url", "")):
        raise ValueError("several regions share a PostgreSQL, and CRYPTO_PIPELINE_DATABASE_URL names none")
    return text


def _intervals(text: str) -> str:
    if not words_in(text) or not set(words_in(text)) <= set(INTERVAL_SECONDS):
        raise ValueError(f"should be some of {', '.join(INTERVAL_SECONDS)}, separated by commas")
    return text


def _cron(expression: str) -> str:
    if len(expression.split()) != 5 or not croniter.is_valid(expression):
        raise ValueError("should be a cron expression of five fields, such as '*/5 * * * *'")
    return expression


def _start_of_past(text: str) -> str:
    if text in {OFF, BEGINNING}:  # the usual day is over, whatever this machine's clock says
        return text
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"should be {OFF}, or a day such as {BEGINNING}") from None
    if day >= datetime.now(timezone.utc).date():
        raise ValueError("should be a day that is over")
    return text


def _keep_days(text: str) -> str:
    for word in words_in(text):
        name, _, days = word.partition("=")
        if name not in TABLES or not TABLES[name].may_lose_rows:
            raise ValueError(f"{name!r} is no table that grows")
        if days != FOREVER and not (days.isascii() and days.isdigit() and 1 <= int(days) <= 36_500):
            raise ValueError(f"{word!r} should look like {name}=30 or {name}={FOREVER}")
    return text


def _price_alerts(text: str) -> str:
    price_watches(text)
    return text


def _published_tables(text: str) -> str:
    for name in words_in(text):
        if name not in TABLES and name != "data":
            raise ValueError(f"{name!r} is no table")
    return text


def _key_prefix(prefix: str) -> str:
    if prefix and not _KEY_PREFIX.fullmatch(prefix):
        raise ValueError("should be names of letters, digits and underscores with a slash between them")
    return prefix


def _database(url: str) -> str:
    if is_postgres(url):
        if fault := fault_of(url):
            raise ValueError(fault)
        return url
    if "://" in url and not url.startswith("duckdb:///"):
        raise ValueError("should be duckdb:///PATH, a plain path or postgresql://USER:PASSWORD@HOST/NAME")
    if strange := _NO_FILE_OF_DUCKDB.search(url):
        raise ValueError(f"DuckDB reads the {strange[0]!r} in it as something else than a part of the name")
    return url


def _storage(url: str) -> str:
    fault = fault_of(url) if is_postgres(url) else "should look like postgresql://USER:PASSWORD@HOST:PORT/NAME"
    if url and fault:
        raise ValueError(fault)
    return url


DataFolder = Annotated[Path, AfterValidator(_absolute)]
DagsterFolder = Annotated[DataFolder | None, BeforeValidator(_none_where_empty)]
OptionalFolder = Annotated[Path | None, BeforeValidator(_none_where_empty)]
HostAndPort = Annotated[str, AfterValidator(_host_and_port)]
HttpAddress = Annotated[str, AfterValidator(_http)]
Intervals = Annotated[str, AfterValidator(_intervals)]
CronExpression = Annotated[str, AfterValidator(_cron)]
StartOfPast = Annotated[str, AfterValidator(_start_of_past)]
KeepDays = Annotated[str, AfterValidator(_keep_days)]
PriceAlerts = Annotated[str, AfterValidator(_price_alerts)]
PublishedTables = Annotated[str, AfterValidator(_published_tables)]
Regions = Annotated[str, AfterValidator(_regions)]
KeyPrefix = Annotated[str, AfterValidator(_key_prefix)]
DatabaseAddress = Annotated[str, AfterValidator(_database)]
StorageAddress = Annotated[str, AfterValidator(_storage)]
