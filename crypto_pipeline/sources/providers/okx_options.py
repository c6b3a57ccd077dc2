"""OKX: options. https://www.okx.com/docs-v5/en/#public-data-rest-api-get-option-market-data"""

from collections.abc import Callable, Mapping

from crypto_pipeline.schema.rows import Number, Option
from crypto_pipeline.sources.formats.options import named_option
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    SubRequest,
    each,
    present,
    reject_unless,
    scaled,
    together,
)

okx_options = Provider(
    "okx_options",
    "https://www.okx.com/api/v5",
    docs="https://www.okx.com/docs-v5/en/#public-data-rest-api-get-option-market-data",
    too_often=('"code":"50011"', '"code":"50061"'),
    source="okx",
    budget=Budget(80, 4),
    quirks="Volatilities, open interest and volume are three answers; without the second or the third those columns stay empty. "
    "Not to be had from the United States and some other places.",
)

COINS = ("BTC", "ETH")


def _families(context: Context) -> list[RequestSpec]:
    return [
        RequestSpec(coin, values={"coin": coin}, params={"instFamily": f"{coin}-USD"})
        for coin in COINS
        if coin in context.universe
    ]


@okx_options.endpoint(
    Option,
    together(
        SubRequest("summary", path="/public/opt-summary"),
        SubRequest("open_interest", path="/public/open-interest?instType=OPTION", optional=True),
        SubRequest("tickers", path="/market/tickers?instType=OPTION", optional=True),
        weight=2,
    ),
    requests=_families,
    cadence=15,
)
def options(payload: Payload) -> Rows:
    """{"summary": {"code": "0", "msg": "", "data": [{"instType": "OPTION", "instId": "BTC-USD-261225-90000-C", "uly": "BTC-USD",
    "markVol": "0.452", "fwdPx": "91204.8", "ts": "1795435199000", ...}]},
    "open_interest": {"code": "0", "data": [{"instId": "BTC-USD-261225-90000-C", "oi": "12045", "oiCcy": "120.45", ...}]},
    "tickers": {"code": "0", "data": [{"instId": "BTC-USD-261225-90000-C", "vol24h": "850", "volCcy24h": "8.5", ...}]}}

    markVol is a fraction of one a year, fwdPx the forward of that day. oi and vol24h count contracts (of a hundredth of a
    bitcoin, a tenth of an ether), oiCcy and volCcy24h coins. Also reads a saved summary alone.
    """
    summary = payload.get("summary", payload)
    reject_unless(summary, "code", "0")
    coins_open = _numbers(payload.get("open_interest"), "oiCcy")
    coins_traded = _numbers(payload.get("tickers"), "volCcy24h")
    return each(summary["data"], _reader(coins_open, coins_traded))


def _numbers(answer: Payload, name: str) -> Mapping[str, Number]:
    """A number of each contract in one of the other answers; nothing where that did not come."""
    listed = answer.get("data") if isinstance(answer, dict) else None
    return {one["instId"]: one.get(name) for one in present(listed or []) if "instId" in one}


def _reader(coins_open: Mapping[str, Number], coins_traded: Mapping[str, Number]) -> Callable[[Payload], Option | None]:
    def option(contract: Payload) -> Option | None:
        name = contract["instId"]
        named = named_option(name)
        if named is None:
            return None
        return Option(
            named.coin,
            name,
            named.expiry.timestamp(),
            named.strike,
            named.side,
            underlying_price=contract.get("fwdPx"),
            mark_iv=scaled(contract.get("markVol"), 100),
            open_interest=coins_open.get(name),
            volume_24h=coins_traded.get(name),
            timestamp=contract.get("ts"),
        )

    return option
