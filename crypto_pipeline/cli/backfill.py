"""The command that fills the past, and says how much of it is there.

Belongs here: its options, exit codes, how it looks: 0 everything is there, 2 a mistake, 3 more is left for later, 4 nothing
could be reached.
Does not belong here: filling (system/backfilling.py), counting (collection/backfill/estimate.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crypto_pipeline.cli import console
from crypto_pipeline.cli.parts import AsJson, UsageError, kept_when_stopped, require_limits
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.orchestration.backfill_wish import Words
from crypto_pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from crypto_pipeline.collection.backfill.estimate import Estimate
    from crypto_pipeline.orchestration.backfill_planning import BackfillPlan
    from crypto_pipeline.system.backfilling import Filled

SHOWN_REASONS = 15
STATUS, REPAIR = "status", "repair"


_NOT_FOR = {
    STATUS: ("symbols", "since", "until", "interval", "provider", "minutes", "dry_run", "quiet"),
    REPAIR: ("symbols", "since", "until", "interval", "provider"),
}
"""Options that would change nothing, by what is asked for."""
_TYPED = "COMMANDLINE"
"""How click calls the source of an option that was typed: Typer brings a click of its own in some versions."""


def backfill(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            help="candles, funding, open-interest, sentiment, defi, chain, fx, macro or all; repair: candles that are missing between others; status: what is there."
        ),
    ],
    symbols: Annotated[str, typer.Option(help="Coins, separated by commas. Default: the tracked ones.")] = "",
    since: Annotated[str, typer.Option(help="The first day (UTC).")] = "2017-01-01",
    until: Annotated[str, typer.Option(help="Up to this day or moment (UTC). Default: now.")] = "",
    interval: Annotated[str, typer.Option(help="Lengths of candles, separated by commas.")] = "1d",
    provider: Annotated[
        str,
        typer.Option(help="best: for each coin the source that reaches furthest; all; or the name of a source."),
    ] = "best",
    minutes: Annotated[float, typer.Option(min=0, help="Stop politely after so many; 0: when all is there.")] = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would cost, and ask for no page of it.")
    ] = False,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table of what was left alone and why.")] = False,
) -> None:
    """Fill the past, page by page; the same command again asks for nothing that is there."""
    settings = load_settings()
    for option in _NOT_FOR.get(kind, ()):
        source = context.get_parameter_source(option)
        if source is not None and source.name == _TYPED:
            name = option.replace("_", "-")
            raise UsageError(f"backfill {kind} concerns everything that was asked for; it takes no --{name}.")
    if kind == STATUS:
        _status(settings, as_json=as_json)
        return
    if not dry_run:
        require_limits()
    from crypto_pipeline.cli.backfill_progress import progress
    from crypto_pipeline.collection.errors import WishError
    from crypto_pipeline.system.backfilling import STOPPED, fill, planned

    words = Words(kind, symbols, since, until, interval, provider)
    try:
        if dry_run:
            _estimate(planned(words, settings, asks_lists=True), as_json=as_json)
            return
        with kept_when_stopped(STOPPED), progress() as shown:
            filled = fill(words, minutes, settings, shown)
    except WishError as error:
        raise UsageError(str(error)) from None
    if as_json:
        console.print_json(filled.as_json())
    else:
        _sum_up(filled, quiet=quiet)
    raise typer.Exit(filled.exit_code)


def _status(settings: Settings, *, as_json: bool) -> None:
    from crypto_pipeline.warehouse.engines import warehouse_for
    from crypto_pipeline.warehouse.ledger import status

    warehouse = warehouse_for(settings)
    warehouse.prepare()
    there = status(warehouse)
    if as_json:
        console.print_json(there)
        return
    if not there:
        console.say("Nothing of the past was asked for yet: crypto-pipeline backfill candles --help")
        return
    console.grid(
        ("source", "length", "series", "rows", "from", "to", "pages", "to ask again", "halts", "no trades", "missing"),
        [
            (
                one["source"],
                one["interval"],
                one["series"],
                one["rows"],
                *(f"{one[name]:%Y-%m-%d}" if one[name] else "" for name in ("first_at", "last_at")),
                one["settled"],
                one["unsettled"],
                one["halt"],
                one["no_trades"],
                one["others"],
            )
            for one in there
        ],
    )


def _estimate(plan: BackfillPlan, *, as_json: bool) -> None:
    if as_json:
        console.print_json([_as_json(one) for one in plan.estimates])
        return
    console.grid(
        ("source", "series", "pages", "entries", "minutes", "MB to load", "MB stored"),
        [
            (
                one.source,
                one.series,
                one.pages,
                one.entries,
                f"{one.seconds / 60:.1f}",
                f"{one.megabytes:.1f}",
                f"{one.stored_megabytes:.1f}",
            )
            for one in plan.estimates
        ],
    )
    minutes = max((one.seconds for one in plan.estimates), default=0.0) / 60
    console.say(
        f"{counted(plan.pages, 'page is', 'pages are')} missing, at most {minutes:.1f} minutes at the rate that the past may use"
    )
    at_most = sum(one.at_most for one in plan.estimates)
    if at_most:
        console.say(f"{at_most} of them at most: since when a coin was listed is known when its days are there")


def _as_json(one: Estimate) -> dict[str, object]:
    return {
        "source": one.source,
        "series": one.series,
        "pages": one.pages,
        "requests": one.pages,
        "requests_at_most": one.at_most,
        "entries": one.entries,
        "minutes": round(one.seconds / 60, 2),
        "megabytes": round(one.megabytes, 2),
        "stored_megabytes": round(one.stored_megabytes, 2),
    }


def _sum_up(filled: Filled, *, quiet: bool) -> None:
    if filled.stopped and not quiet:
        console.grid(("no more came of", "why"), list(filled.stopped.items())[:SHOWN_REASONS])
        if len(filled.stopped) > SHOWN_REASONS:
            console.say(f"and {len(filled.stopped) - SHOWN_REASONS:,} more: see history_pages")
    if filled.is_nothing_new:
        console.say("Nothing was asked: everything is there")
    elif filled.error is None or filled.pages:
        console.say(f"{counted(filled.pages, 'page')}, {counted(filled.rows, 'row')}, in {filled.seconds:.1f} s")
    if filled.error is not None:
        console.note(filled.error)
    elif filled.left:
        console.note(f"{counted(filled.left, 'page is', 'pages are')} left; the same command continues where it was")
