"""What of the past is wanted, from the words of a form or a command.

Belongs here: coins, days and intervals understood, and refused in one sentence where nobody knows what is meant.
Does not belong here: the wish itself (collection/backfill/wish.py), the command's options (cli/backfill.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from crypto_pipeline.collection.backfill.wish import ALL, BEST, KINDS, REPAIR, Wish
from crypto_pipeline.collection.errors import WishError
from crypto_pipeline.collection.universe import universe_of
from crypto_pipeline.schema.clock import GENESIS, utc_now
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.settings import Settings, words_in
from crypto_pipeline.sources.dated_markets import DATED_SYMBOLS, OLD_NAMES


@dataclass(frozen=True, slots=True)
class Words:
    """What a person wrote. An empty text is the usual: the tracked coins, up to now."""

    kind: str = "candles"
    symbols: str = ""
    since: str = "2017-01-01"
    until: str = ""
    interval: str = "1d"
    provider: str = BEST


def wish_of(words: Words, settings: Settings) -> Wish:
    """What is meant. Raises WishError, UnknownCoinError."""
    now = utc_now()
    if words.kind == REPAIR:
        return Wish(REPAIR, symbols_of("", settings), GENESIS, now, tuple(INTERVAL_SECONDS), ALL)
    if words.kind not in {ALL, *KINDS}:
        raise WishError(
            f"There is no past of {words.kind!r}; there is one of {', '.join(KINDS)}, or all, and repair of what is missing."
        )
    since = _moment(words.since, "since")
    until = _moment(words.until, "until") if words.until else now
    if since >= now:
        raise WishError(f"since {words.since} lies ahead; the past ends now, at {now:%Y-%m-%d %H:%M} UTC.")
    if until > now:
        raise WishError(f"until {words.until} lies ahead; the past ends now, at {now:%Y-%m-%d %H:%M} UTC.")
    if since >= until:
        raise WishError(f"since {words.since} is not before until {words.until}.")
    unknown = [one for one in words_in(words.interval) if one not in INTERVAL_SECONDS]
    if unknown or not words_in(words.interval):
        raise WishError(f"There are no candles of {words.interval!r}; there are some of {', '.join(INTERVAL_SECONDS)}.")
    provider = words.provider.strip().lower() or BEST
    return Wish(words.kind, symbols_of(words.symbols, settings), since, until, words_in(words.interval), provider)


def symbols_of(text: str, settings: Settings) -> tuple[str, ...]:
    """The coins that are meant; the tracked ones where nothing is said. Raises UnknownCoinError.

    A coin that was exchanged for another one since (MATIC) means its own past. One of which we know when a market was it (LUNC)
    is known, tracked or not.
    """
    old = [one for one in words_in(text.upper()) if one in OLD_NAMES]
    others = ",".join(
        f"+{one}" if one.upper() in DATED_SYMBOLS else one for one in words_in(text) if one.upper() not in OLD_NAMES
    )
    if old and not others:
        return tuple(dict.fromkeys(old))
    if not others:
        return tuple(dict.fromkeys(universe_of(settings).listed))
    wished = settings.model_copy(update={"symbols": others})
    return tuple(dict.fromkeys([*universe_of(wished, "symbols").listed, *old]))


def _moment(text: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise WishError(f"{name} {text!r} is no date; write it as 2021-01-31.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
