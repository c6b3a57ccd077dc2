"""The command around alerts: what needs a person, and that a person knows.

Belongs here: its options, exit codes, and how alerts look: 0 well, 2 a mistake.
Does not belong here: alerts (monitoring/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import AsJson, UsageError
from crypto_pipeline.settings import load_settings

if TYPE_CHECKING:
    from crypto_pipeline.monitoring.alerts import Alert


def alerts(
    ack: Annotated[
        str | None,
        typer.Option("--ack", metavar="ID", help="Note that you know of this one; it stays until it is over."),
    ] = None,
    all_of_them: Annotated[bool, typer.Option("--all", help="Those that are over as well.")] = False,
    as_json: AsJson = False,
) -> None:
    """What needs a person: failing sources, late tables, runs that failed, a schedule that does not tick, a full disk."""
    from crypto_pipeline.monitoring import acknowledge

    settings = load_settings()
    if ack:
        try:
            shown = [acknowledge.acknowledge(settings, ack)]
        except KeyError:
            raise UsageError(f"There is no alert {ack}; 'crypto-pipeline alerts --all' shows their ids.") from None
        except TimeoutError as error:
            raise UsageError(f"{error} Try again in a moment.") from None
    else:
        shown = acknowledge.alerts(settings, all_of_them=all_of_them)
    if as_json:
        console.print_json([_as_json(alert) for alert in shown])
    else:
        _show(shown, all_of_them=all_of_them)


def _as_json(alert: Alert) -> dict[str, Any]:
    from crypto_pipeline.monitoring.alerts import row_of

    return {"id": alert.id, **row_of(alert)}


def _show(alerts: list[Alert], *, all_of_them: bool) -> None:
    if not alerts:
        console.say("No alert was ever raised." if all_of_them else "No alert is open.")
        return
    of_regions = any(alert.region for alert in alerts)
    rows = [
        (
            *([alert.region] if of_regions else []),
            alert.id,
            alert.severity,
            alert.condition,
            alert.message,
            alert.first_seen_at,
            alert.resolved_at,
            alert.acknowledged_at,
        )
        for alert in alerts
    ]
    columns = ("id", "severity", "condition", "what", "since (UTC)", "over", "acknowledged")
    console.grid((*(["region"] if of_regions else []), *columns), rows)
