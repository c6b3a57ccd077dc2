"""Settings: CRYPTO_PIPELINE_* variables and .env, the one place that reads the environment.

Belongs here: what a person may change, with its default, its bounds and a sentence on what it does.
Does not belong here: how a value is checked (setting_types.py), facts of sources (sources/), tables (schema/tables/).
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from crypto_pipeline.foundation.postgres_address import is_postgres, shown
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.setting_types import (
    BEGINNING,
    FOREVER,
    CronExpression,
    DagsterFolder,
    DatabaseAddress,
    DataFolder,
    HostAndPort,
    HttpAddress,
    Intervals,
    KeepDays,
    KeyPrefix,
    OptionalFolder,
    PriceAlerts,
    PublishedTables,
    Regions,
    StartOfPast,
    StorageAddress,
)
from crypto_pipeline.setting_types import OFF as OFF
from crypto_pipeline.setting_types import words_in as words_in

PREFIX = "CRYPTO_PIPELINE_"
_ALIKE = 0.85
"""How alike, from 0 to 1, a name must be to one of ours for a slip of the pen."""
DOTENV = ".env"
DAGSTER_HOME = "DAGSTER_HOME"
"""Dagster's own variable."""
DEMO_DATABASE = "demo.duckdb"
"""In the data folder."""
_PASSWORD = re.compile(r"//[^/]*@")
"""And the name before it, in an address: nobody repeats them."""
_ENCODING = "utf-8-sig"
"""Some editors begin a text with a mark of its encoding, which is part of no name."""
STARTED_BY = f"{PREFIX}STARTED_BY"
"""No setting: what 'up' writes into the environment of its processes, so that a later start knows them again."""


class SettingsError(Exception):
    """A setting that cannot be used; the message names it and says what would do."""


class Settings(BaseSettings):
    """What a person may change. Every field is the variable CRYPTO_PIPELINE_<NAME>, in the environment or in .env."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=DOTENV, env_file_encoding=_ENCODING, extra="ignore", frozen=True
    )

    data_dir: DataFolder = Field(Path("data"), description="Folder of the database, the spool and Dagster's own state.")
    database_url: DatabaseAddress = Field(
        "",
        repr=False,
        description="The database: duckdb:///PATH or a plain path. Default: crypto_data.duckdb in the data folder. "
        "postgresql://USER:PASSWORD@HOST/NAME: a PostgreSQL that several machines share; the file in the data folder follows it.",
    )
    region: str = Field(
        "", description="The region that this machine collects in: one of REGIONS. Empty: there are none."
    )
    regions: Regions = Field(
        "",
        validate_default=True,
        description="The regions that share the PostgreSQL, separated by commas, the same on all machines: eu,asia. The sources are divided among them by hosts. "
        "us and us-east say by their name in which country they are, any other one by its two letters: virginia=us.",
    )
    dagster_dir: DagsterFolder = Field(
        None,
        description="Folder of Dagster's own state, ours alone. Default: a DAGSTER_HOME that you set, or dagster in the data folder. The demo keeps its own.",
    )
    dagster_storage: StorageAddress = Field(
        "",
        repr=False,
        description="postgresql://USER:PASSWORD@HOST/NAME: a PostgreSQL in which Dagster keeps its runs, events and ticks. Default: files in the data folder. The demo keeps files.",
    )
    gateway_url: HttpAddress = Field(
        "",
        repr=False,
        description="Address that stands in the place of the internet: https://HOST/PATH is asked at GATEWAY/HOST/PATH.",
    )
    ui: bool = Field(
        True, description="Whether 'crypto-pipeline up' runs Dagster's UI; 'up --no-ui' is the same as false."
    )
    ui_host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address that Dagster's UI listens on. It has no password: let nothing reach it there but a proxy that asks for one.",
    )
    code_server: HostAndPort = Field(
        "",
        description="HOST:PORT of the code location, where its process runs apart from the others. Default: a socket that 'up' makes.",
    )
    dagster_url: HttpAddress = Field(
        "", description="Where the HTTP API finds Dagster's UI. Default: http://127.0.0.1 and the port of the UI."
    )
    ui_port: int = Field(3000, ge=1, le=65535, description="Port of the Dagster UI on 127.0.0.1.")
    api_port: int = Field(7860, ge=1, le=65535, description="Port of the HTTP API and the dashboard.")
    api_host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address that the HTTP API listens on. Anything but this machine's own needs API_TOKEN.",
    )
    api_token: str = Field(
        "",
        repr=False,
        description="When set, requests to the HTTP API need it: 'Authorization: Bearer TOKEN'.",
    )
    sql: Literal["loopback", "on", "off"] = Field(
        "loopback",
        description="Where the HTTP API answers questions in SQL: loopback, only on this machine itself and not through a proxy; on, wherever it listens; off, nowhere.",
    )
    sql_seconds: float = Field(10, gt=0, le=600, description="How long a question in SQL over HTTP may take.")
    sql_memory_mb: int = Field(
        512,
        ge=128,
        le=65_536,
        description="Memory in MB that the process of such a question, or of a table as a file, may take.",
    )
    sql_rows: int = Field(
        100_000, ge=1, le=1_000_000, description="Rows that a question in SQL over HTTP answers at most."
    )
    key_prefix: KeyPrefix = Field(
        "",
        description="What the keys of our assets in Dagster begin with, as in crypto/bank: for a deployment where others have tables of the same names.",
    )
    name: str = Field(
        "", description="Name of this data bank, in alerts and metrics. Default: the name of the machine."
    )
    public_url: HttpAddress = Field(
        "",
        description="Address at which a reverse proxy shows the dashboard and the API: https://bank.example.org/crypto. Its name and its path are accepted.",
    )
    dagster_public_url: HttpAddress = Field(
        "",
        description="Address at which a reverse proxy shows Dagster's UI: https://bank.example.org/dagster. Its name and its path are accepted.",
    )
    allowed_hosts: str = Field(
        "",
        description="Further names under which the dashboard, the API and Dagster's UI answer, separated by commas. Default: those of this machine and of the public addresses.",
    )
    probes_without_token: bool = Field(
        False, description="Whether /healthz, /readyz and /metrics answer without the token and under any name."
    )
    heartbeat_url: HttpAddress = Field(
        "",
        repr=False,
        description="Address that is asked after each collection that stored something. An uptime service that is not asked for a while raises the alarm.",
    )
    ui_cron: CronExpression = Field(
        "*/5 * * * *", description="When prices, gas and sentiment are collected, as a cron expression in UTC."
    )
    historical_cron: CronExpression = Field(
        "*/15 * * * *", description="When everything is collected, as a cron expression in UTC."
    )
    maintenance_cron: CronExpression = Field(
        "12 4 * * *", description="When old rows and runs are removed, as a cron expression in UTC."
    )
    past_since: StartOfPast = Field(
        BEGINNING,
        description="The day from which on 'crypto-pipeline up' fills the days of the tracked coins, after its first collection; "
        "off: it does not.",
    )
    repair_cron: CronExpression = Field(
        "42 3 * * *", description="When candles that are missing are asked for again, as a cron expression in UTC."
    )
    repair_minutes: float = Field(
        10, ge=0, le=600, description="How long that may take; 0: nothing is asked for again by itself."
    )
    keep_days: KeepDays = Field(
        "",
        description="Days that rows are kept for, by table: connection_attempts=7,market_prices=365,failure_logs=forever. "
        "Default: logs 30 days, quarantined bodies 7, data for ever.",
    )
    archive_months: int = Field(
        0,
        ge=0,
        le=1200,
        description="Months older than this many move from the database to Parquet files; 0: none do.",
    )
    hub_days: int = Field(
        0,
        ge=0,
        le=36_500,
        description="Days that the shared PostgreSQL keeps the rows of tables that grow for, where KEEP_DAYS does not say fewer; "
        "0: as long as the file.",
    )
    run_days: int = Field(
        7, ge=1, le=3650, description="Days that Dagster keeps its runs for, and the events of those that failed."
    )
    event_hours: int = Field(
        2,
        ge=1,
        le=87_600,
        description="Hours that Dagster keeps the events and the printed lines of runs that went well for, of 12 runs an hour at most.",
    )
    symbols: str = Field(
        "",
        description="Coins to keep, separated by commas: BTC,ETH; +NAME for one that our list does not have. 'all' keeps every coin. Default: the 100 that matter most, and the dollar coins that markets are quoted in.",
    )
    intervals: Intervals = Field("1h,1d", description=f"Lengths of the candles to keep: {', '.join(INTERVAL_SECONDS)}.")
    sources_off: str = Field(
        "", description="Sources that are not asked, separated by commas: provider or provider.endpoint."
    )
    sources_on: str = Field("", description="Sources that are off by default and shall be asked.")
    sources_dir: str = Field(
        "",
        description="Folder with sources of your own, one Python module each; 'crypto-pipeline sources test FILE' says whether one keeps the contract.",
    )
    whale_usd: float = Field(1_000_000, gt=0, description="Transfers worth at least this many dollars are kept.")
    history_share: float = Field(
        0.5,
        gt=0,
        le=1,
        description="The largest part of a host's budget that a back-fill may use, beside what collections need: 0.5 is half.",
    )
    request_seconds: float = Field(
        20,
        gt=0,
        le=300,
        description="Hard limit for one request: connecting, every retry, redirect and the whole body.",
    )
    ui_seconds: float = Field(60, gt=0, le=3600, description="Hard limit for a whole 5-minute collection.")
    historical_seconds: float = Field(180, gt=0, le=3600, description="Hard limit for a whole 15-minute collection.")
    lock_seconds: float = Field(
        3, ge=0, le=60, description="How long a write waits for the database before it goes to the spool."
    )
    contact: str = Field(
        "", description="Address or e-mail that sources see in the User-Agent, so that they can complain."
    )
    alert_urls: str = Field(
        "",
        repr=False,
        description="Where alerts are sent, separated by spaces or commas: addresses as Apprise takes them. Empty: nowhere.",
    )
    price_alerts: PriceAlerts = Field(
        "",
        description="Alerts on prices, separated by commas: BTC > 100000, ETH change < -5, SOL spread > 2, USDT off > 0.5, BTC funding > 0.05. change, spread, off (a dollar) and funding are percent.",
    )
    new_coins: int = Field(
        0,
        ge=0,
        le=20,
        description="A coin that no exchange had before raises an alert for a day once so many exchanges have a market of it, or will within a day. 0: never.",
    )
    failures_before_alert: int = Field(
        3, ge=1, le=100, description="A source that failed this often in a row raises an alert and counts as offline."
    )
    disk_free_gb: float = Field(
        1, ge=0, le=10_000, description="Less free space than this on the disk of the data folder raises an alert."
    )
    publish: PublishedTables = Field(
        "",
        description="Tables that are written as Parquet files after each collection, separated by commas; data: all that collections fill. Empty: none.",
    )
    publish_dir: OptionalFolder = Field(
        None, description="Folder of those files. Default: published in the data folder."
    )
    publish_days: int = Field(
        7, ge=1, le=3650, description="Days of a growing table that are published, a file for each."
    )
    log_format: Literal["text", "json"] = Field("text", description="text for people, json for one JSON object a line.")
    demo: bool = Field(
        False, description="Set by 'crypto-pipeline demo': answers are replayed, and everything says so."
    )

    @cached_property
    def dagster_postgres(self) -> str:
        """The address of the PostgreSQL in which Dagster keeps its runs, with its password; empty where that is files."""
        return "" if self.demo else self.dagster_storage

    @cached_property
    def hub_url(self) -> str:
        """The address of the PostgreSQL that is shared, with its password; empty where the file is all there is."""
        return self.database_url if is_postgres(self.database_url) else ""

    @property
    def hub_name(self) -> str:
        """The same without its password, as people may see it."""
        return shown(self.hub_url)

    @property
    def region_names(self) -> tuple[str, ...]:
        """The names in REGIONS; none where there are no regions."""
        return tuple(self.region_places)

    @property
    def regions_that_are(self) -> tuple[str, ...] | None:
        """Whose rows somebody goes on with: those of any other region were left, be it that of a machine before it had a name.

        None where nobody can say, which is a machine without a region beside a PostgreSQL.
        """
        return self.region_names or (None if self.hub_url else (self.region,))

    @property
    def region_places(self) -> Mapping[str, str]:
        """Where each region is: the country that REGIONS gives it, or what its name says."""
        return {name: country or name for name, _, country in (word.partition("=") for word in words_in(self.regions))}

    @cached_property
    def database(self) -> Path:
        """The database file: all there is, or what follows the PostgreSQL that is shared."""
        path = "" if self.hub_url else self.database_url.removeprefix("duckdb:///")
        name = DEMO_DATABASE if self.demo else "crypto_data.duckdb"
        return Path(path).expanduser().absolute() if path else self.data_dir / name

    @cached_property
    def shared_home(self) -> Path | None:
        """The DAGSTER_HOME that a person set, where others may have runs too; None where Dagster's state is ours alone.

        :raises SettingsError: there is no such folder.
        """
        if self.demo or self.dagster_dir or self.dagster_storage:
            return None
        named = _home_of_a_person()
        if not named or named.resolve() == self._own_home.resolve():  # 'up' tells its processes of ours by this name
            return None
        if not (named.is_absolute() and named.is_dir()):
            raise SettingsError(
                f"{DAGSTER_HOME}={str(named)!r} is no folder with its whole path: make it, or unset {DAGSTER_HOME}, or name a "
                f"folder for the data bank alone with {PREFIX}DAGSTER_DIR."
            )
        return named

    @cached_property
    def dagster_home(self) -> Path:
        """Folder of Dagster's own state; the demo has one of its own. Raises SettingsError as shared_home does."""
        return self.shared_home or self._own_home

    @cached_property
    def notes(self) -> Path:
        """Folder of what our processes leave for one another: locks, logs, where the code location listens.

        Dagster's own where that is ours; in one that is shared they would be in the way.
        """
        return self._own_home

    @property
    def _own_home(self) -> Path:
        if self.demo:
            return self.data_dir / "dagster_demo"
        return self.dagster_dir or self.data_dir / "dagster"

    @property
    def asset_prefix(self) -> list[str]:
        """The parts of KEY_PREFIX."""
        return parts_of(self.key_prefix)

    @cached_property
    def archive(self) -> Path:
        """Folder of the months that have moved out of the database."""
        return self.data_dir / ("archive_demo" if self.demo else "archive")

    @cached_property
    def published(self) -> Path:
        """Folder of the tables that are published as files; the demo has one of its own."""
        folder = self.publish_dir or self.data_dir / "published"
        return folder.expanduser().absolute() / "demo" if self.demo else folder.expanduser().absolute()

    @cached_property
    def kept_days(self) -> dict[str, int]:
        """Days by table; tables that are kept for ever are not in it."""
        wished = dict(word.split("=") for word in words_in(self.keep_days))
        declared = {name: str(table.keep_days) for name, table in TABLES.items() if table.keep_days}
        return {name: int(days) for name, days in {**declared, **wished}.items() if days != FOREVER}

    @property
    def called(self) -> str:
        """What this data bank is called."""
        return self.name or socket.gethostname()

    @property
    def root(self) -> str:
        """The path under which a reverse proxy shows us, without a slash at its end; empty when it is the root."""
        return urlsplit(self.public_url).path

    @property
    def dagster_page(self) -> str:
        """The address of Dagster's UI, for people."""
        return self.dagster_public_url or f"http://127.0.0.1:{self.ui_port}"

    @property
    def page(self) -> str:
        """The address of the dashboard, for people who are told of it."""
        return f"{self.public_url or f'http://{self.api_host}:{self.api_port}'}/"

    @property
    def locks(self) -> Path:
        """Folder of the locks by which a job knows that it is already running."""
        return self.notes / "locks"

    @cached_property
    def candle_intervals(self) -> tuple[str, ...]:
        """The lengths of candles that are kept, as in schema/intervals.py."""
        return words_in(self.intervals)

    def switched_off(self, endpoint_id: str, provider: str) -> bool:
        """Whether SOURCES_OFF names the endpoint or its provider."""
        return not {endpoint_id, provider}.isdisjoint(words_in(self.sources_off))

    def switched_on(self, endpoint_id: str, provider: str) -> bool:
        """Whether SOURCES_ON names the endpoint or its provider."""
        return not {endpoint_id, provider}.isdisjoint(words_in(self.sources_on))

    def key(self, variable: str) -> str:
        """The key of a source, from the environment or .env; empty when it is not set."""
        return os.environ.get(variable) or _dotenv().get(variable) or ""

    def keys(self) -> dict[str, str]:
        """Everything that .env says, for processes that run in another folder."""
        return {name: value for name, value in _dotenv().items() if value is not None}


def parts_of(key_prefix: str) -> list[str]:
    """The parts of a prefix such as ``crypto/bank``; none of an empty one."""
    return key_prefix.split("/") if key_prefix else []


def _home_of_a_person() -> Path | None:
    """The DAGSTER_HOME of the environment, or of .env; None for a checkout of ours, whose dagster.yaml leads to the data folder.

    ``make install`` gives that one as a default.
    """
    for home in (os.environ.get(DAGSTER_HOME), _dotenv().get(DAGSTER_HOME)):
        if home and not (Path(home) / "crypto_pipeline" / "definitions.py").is_file():
            return Path(home).expanduser()
    return None


@cache
def _dotenv() -> dict[str, str | None]:
    return dotenv_values(DOTENV, encoding=_ENCODING)


def _require_text_in_dotenv() -> None:
    """Raise SettingsError when .env is there and cannot be read, or holds something else than text in UTF-8."""
    try:
        content = Path(DOTENV).read_bytes() if Path(DOTENV).is_file() else b""
        strange = content.find(b"\0")
        content[: None if strange < 0 else strange].decode(_ENCODING)
    except UnicodeDecodeError as error:
        strange = error.start
    except OSError as error:
        raise SettingsError(f"{Path(DOTENV).absolute()} cannot be read: {error.strerror}.") from None
    if strange >= 0:
        line = content[:strange].count(b"\n") + 1
        raise SettingsError(f"{Path(DOTENV).absolute()} is no text in UTF-8 (line {line}): save it as UTF-8.")


def sources_folder() -> str:
    """CRYPTO_PIPELINE_SOURCES_DIR alone, for what needs no other setting."""
    name = f"{PREFIX}SOURCES_DIR"
    folder = os.environ.get(name) or _dotenv().get(name) or ""
    return str(Path(folder).expanduser().absolute()) if folder else ""


def misspelt_variables() -> list[str]:
    """A sentence for each variable, of the environment or of .env, that looks like one of ours and is none."""
    ours = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    try:
        _require_text_in_dotenv()
        names = {*os.environ, *dotenv_values(DOTENV, encoding=_ENCODING)}
    except SettingsError:  # whoever loads the settings says so
        names = {*os.environ}
    strange = sorted(name for name in names if name.upper() not in {*ours, STARTED_BY})
    return [
        f"{name} is no setting; {f'did you mean {meant[0]}?' if meant else 'docs/configuration.md has them all.'}"
        for name in strange
        for meant in [get_close_matches(name.upper(), ours, n=1, cutoff=_ALIKE)]
        if meant or name.upper().startswith(PREFIX)
    ]


def load_settings(**overrides: Any) -> Settings:
    """The settings as the environment has them. Raises SettingsError with one sentence for the first that is wrong."""
    _require_text_in_dotenv()
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(map(str, first["loc"])).upper()
        reason = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
        given = _PASSWORD.sub("//...@", shown(str(first["input"])))
        raise SettingsError(f"{name}={given!r} cannot be used: {reason}.") from None
