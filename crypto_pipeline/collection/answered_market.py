"""Which market an answer says that it is of: an answer about another coin, or in another money, is not what was asked for.

Belongs here: finding the names of markets in an answer, and holding them against a request.
Does not belong here: which request a saved answer answers (collection/answered_request.py), names of markets as such (sources/symbols.py).

Many exchanges repeat the market beside its candles or in each entry. A cache that mixes answers up, or a host that ignores a
parameter, shows there and nowhere else: the prices of a wrong coin look like prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crypto_pipeline.sources.kit import Payload, Provider, RequestSpec, is_missing
from crypto_pipeline.sources.symbols import COINGECKO_IDS, FIAT, coin, split

NAMES_OF_A_MARKET = (
    "symbol",
    "ticker",
    "market",
    "pair",
    "instrument_name",
    "contract_code",
    "contract",
    "instId",
    "coin",
)
"""What answers call the field in which the market stands."""
IN_ENTRIES_ONLY = "s"
"""Likewise, but beside a list s is the status."""
DEEPEST_NAME = 4
"""Levels of an answer that are looked at for it."""


def markets_named_in(payload: Payload) -> Iterator[str]:
    """Every market that an answer names: beside its list, then in each entry of that."""
    level = payload
    for _ in range(DEEPEST_NAME):
        if isinstance(level, list):
            for entry in level:
                yield from _names_of(entry, (*NAMES_OF_A_MARKET, IN_ENTRIES_ONLY))
            return
        if not isinstance(level, dict):
            return
        yield from _names_of(level, NAMES_OF_A_MARKET)
        level = next((value for value in level.values() if isinstance(value, dict | list) and value), None)


def _names_of(entry: Payload, fields: Iterable[str]) -> Iterator[str]:
    if isinstance(entry, dict):
        said = (entry.get(field) for field in fields)
        yield from (name for name in said if isinstance(name, str) and not is_missing(name))


def other_market(payload: Payload, spec: RequestSpec, provider: Provider) -> str | None:
    """A market that an answer names and that is another than the one that a request asks for; None where there is none.

    Contracts are repeated as they were asked for. Of markets only a name that can be understood is held against the request:
    some exchanges have another name for what they were asked for, and what cannot be understood proves nothing. A request
    that names neither asks about many, or about something that is not traded.
    """
    contract, market = spec.values.get("contract"), spec.values.get("market")
    if contract is None and market is None:
        return None
    own = {plain_name(value) for value in (*spec.values.values(), *spec.params.values())}
    named = [name for name in dict.fromkeys(markets_named_in(payload)) if plain_name(name) not in own]
    if contract is not None:
        return next(iter(named), None)
    wanted = coin(spec.values.get("symbol", spec.values.get("coin", "")), provider.aliases)
    money = _parts(str(market), provider)[1]
    for name in named:
        base, quote = _parts(name, provider)
        if base not in (None, wanted) or (quote != money and None not in (quote, money)):
            return name
    return None


def plain_name(name: str) -> str:
    """Letters and digits of a name, in upper case: BTC-USDT, btc_usdt and BTCUSDT are one market."""
    return "".join(char for char in name if char.isalnum()).upper()


def _parts(name: str, provider: Provider) -> tuple[str | None, str | None]:
    """Coin and money of a market's name; None for what cannot be told."""
    symbol = coin(name, provider.aliases)
    if symbol in COINGECKO_IDS or symbol in FIAT:
        return symbol, None
    parts = split(name, quote_first=provider.quote_first, quotes=provider.quotes)
    return (coin(parts[0], provider.aliases), coin(parts[1], provider.aliases)) if parts else (None, None)
