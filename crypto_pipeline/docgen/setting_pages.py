"""docs/configuration.md: every setting and every key of a source, as a page for people.

Belongs here: a pure function, settings and declarations in, Markdown out; the order in which settings are told.
Does not belong here: the settings (settings.py), writing the page to its file (docgen/pages.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from crypto_pipeline.databank.source_facts import needs_a_key
from crypto_pipeline.docgen.translations import heading, said
from crypto_pipeline.settings import PREFIX, Settings
from crypto_pipeline.sources.kit import Endpoint

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Where things are": ("data_dir", "database_url", "region", "regions", "dagster_dir", "dagster_storage"),
    "What is collected": ("symbols", "intervals", "whale_usd", "sources_off", "sources_on", "sources_dir", "contact"),
    "How much of the past": ("past_since", "history_share", "repair_minutes"),
    "When": ("ui_cron", "historical_cron", "maintenance_cron", "repair_cron"),
    "How long things may take": ("request_seconds", "ui_seconds", "historical_seconds", "lock_seconds"),
    "How long things are kept": ("keep_days", "archive_months", "hub_days", "run_days", "event_hours"),
    "Addresses, ports, access": (
        "ui",
        "ui_port",
        "ui_host",
        "dagster_url",
        "code_server",
        "api_port",
        "api_host",
        "api_token",
        "probes_without_token",
    ),
    "Questions in SQL over HTTP": ("sql", "sql_seconds", "sql_memory_mb", "sql_rows"),
    "Publishing": ("publish", "publish_dir", "publish_days"),
    "Behind a reverse proxy": ("public_url", "dagster_public_url", "allowed_hosts"),
    "Alerts and logs": (
        "name",
        "alert_urls",
        "heartbeat_url",
        "price_alerts",
        "new_coins",
        "failures_before_alert",
        "disk_free_gb",
        "log_format",
    ),
    "Within another deployment of Dagster": ("key_prefix",),
    "Replayed answers": ("gateway_url", "demo"),
}
"""Names of settings, by the heading under which they are told."""

_OPENING = """\
# Configuration

<!-- Made from crypto_pipeline/settings.py and crypto_pipeline/sources/ by `make docs`; change it there. -->

Nothing has to be set. What is set is a variable of the environment, or a line `NAME=value` in a file `.env` in the folder where the program is started; the environment wins.

- A value that cannot be used ends the command with one sentence that names the variable, and exit code 2.
- Settings are read when a program starts: after a change, stop `make run` and start it again.
- Cron expressions have five fields and are in UTC: `*/5 * * * *` is every five minutes, `0 */2 * * *` every other hour. [crontab.guru](https://crontab.guru) explains them.
- Lists are separated by commas, semicolons or blanks."""

_KEYS = """\
Every key is optional. It goes to its source only, and reaches no log, table or error text."""

_OTHERS = """\
| variable | meaning |
|---|---|
| `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` | Proxies, for every request to a source. Ignored while `CRYPTO_PIPELINE_GATEWAY_URL` is set. |
| `SSL_CERT_FILE` | Certificates to trust instead of the usual ones, for networks that open TLS. |
| `DAGSTER_HOME` | Folder of Dagster's configuration and state. One that you set is used, unless `CRYPTO_PIPELINE_DAGSTER_DIR` names another; what others have there stays. `make install` gives it a default; [how](decisions/dagster-home.md). |"""


def settings_markdown(declared: Iterable[Endpoint], language: str = "en") -> str:
    """Every setting by group, then the keys of sources, then what other programs' variables change."""
    blocks = [said(_OPENING, language)]
    blocks += [_section(title, names, language) for title, names in GROUPS.items()]
    blocks += [
        heading("Keys of sources", language),
        said(_KEYS, language),
        _keys(declared, language),
        heading("Variables of other programs", language),
        said(_OTHERS, language),
    ]
    return "\n\n".join(blocks) + "\n"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


def _section(title: str, names: Iterable[str], language: str) -> str:
    return "\n".join(
        [
            heading(title, language),
            "",
            said("| variable | default | allowed | meaning |", language),
            "|---|---|---|---|",
            *(_row(name, Settings.model_fields[name], language) for name in names),
        ]
    )


def _row(name: str, field: FieldInfo, language: str) -> str:
    meaning = said(field.description or "", language).replace("|", "\\|")
    return f"| `{variable(name)}` | {_default(field)} | {_allowed(field, language)} | {meaning} |"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value == "":
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:.0f}`" if isinstance(value, float) and value.is_integer() else f"`{value}`"


def _allowed(field: FieldInfo, language: str) -> str:
    """What the declaration itself allows; what a validator allows is in the description."""
    kind = field.annotation
    if get_origin(kind) is Literal:
        return said(", ", language).join(f"`{choice}`" for choice in get_args(kind))
    if kind is bool:
        return said(", ", language).join(("`true`", "`false`"))
    if kind is Path:
        return said("a path", language)
    least, above, most = (_bound(field, name) for name in ("ge", "gt", "le"))
    if least is not None and most is not None:
        return said("{least} to {most}", language, least=least, most=most)
    if above is not None and most is not None:
        return said("more than {above}, at most {most}", language, above=above, most=most)
    return said("more than {above}", language, above=above) if above is not None else ""


def _bound(field: FieldInfo, name: str) -> object:
    return next((getattr(bound, name) for bound in field.metadata if hasattr(bound, name)), None)


def _keys(declared: Iterable[Endpoint], language: str) -> str:
    keyed = sorted((endpoint for endpoint in declared if endpoint.key), key=_variable)
    lines = [said("| variable | what it opens | without it |", language), "|---|---|---|"]
    for name, group in groupby(keyed, key=_variable):
        members = list(group)
        # The page of the first of a provider's endpoints, so that there is one link for each provider.
        opens = {member.provider.name: f"[{member.provider.name}]({member.docs})" for member in reversed(members)}
        without = said("not asked" if needs_a_key(members[0]) else "asked, within tighter limits", language)
        lines.append(f"| `{name}` | {said(', ', language).join(opens[one] for one in sorted(opens))} | {without} |")
    return "\n".join(lines)


def _variable(endpoint: Endpoint) -> str:
    return endpoint.key.env if endpoint.key else ""
