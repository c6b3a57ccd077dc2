"""OKX: its markets. https://www.okx.com/docs-v5/en/#public-data-rest-api-get-instruments"""

from collections.abc import Mapping
from functools import partial
from typing import Literal

from crypto_pipeline.schema.rows import Listing
from crypto_pipeline.sources.formats.listings import LISTINGS_CADENCE, Status
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, about, each, reject_unless

okx_listings = Provider(
    "okx_listings",
    "https://www.okx.com/api/v5/public",
    docs="https://www.okx.com/docs-v5/en/#public-data-rest-api-get-instruments",
    too_often=('"code":"50011"', '"code":"50061"'),
    source="okx",
    budget=Budget(80, 4),
    aliases={"AE": "AET", "WIN": "WINTOKEN"},
    quirks="Markets that were given up leave the list.",
)

STATUS: Mapping[str, Status] = {"live": "trading", "preopen": "announced", "suspend": "halted", "expired": "delisted"}


@okx_listings.endpoint(Listing, "/instruments", name="spot", cadence=LISTINGS_CADENCE, instType="SPOT")
def spot(payload: Payload) -> Rows:
    """{"code": "0", "msg": "", "data": [{"instType": "SPOT", "instId": "BTC-USDT", "baseCcy": "BTC", "quoteCcy": "USDT",
    "listTime": "1548133413000", "expTime": "", "state": "live", ...}]}
    """
    reject_unless(payload, "code", "0")
    return each(payload["data"], partial(_listing, "spot"))


@okx_listings.endpoint(Listing, "/instruments", name="perpetuals", cadence=LISTINGS_CADENCE, instType="SWAP")
def perpetuals(payload: Payload) -> Rows:
    """{"code": "0", "msg": "", "data": [{"instType": "SWAP", "instId": "BTC-USDT-SWAP", "ctVal": "0.01", "settleCcy": "USDT",
    "listTime": "1573557408000", "expTime": "", "state": "live", ...}]}
    """
    reject_unless(payload, "code", "0")
    return each(payload["data"], partial(_listing, "perpetual"))


NO_COINS = {"3", "4", "5", "6"}
"""instCategory of shares, commodities, money and bonds; that of coins is 1."""

INSTRUMENTS: Mapping[str, str] = {"spot": "SPOT", "perpetual": "SWAP"}


def _listing(kind: Literal["spot", "perpetual"], one: Payload) -> Listing | None:
    about(one.get("instType"), INSTRUMENTS[kind])
    if str(one.get("instCategory")) in NO_COINS:
        return None
    base, quote = one["instId"].split("-")[:2]
    return Listing(
        base, one["instId"], kind, quote, STATUS.get(str(one.get("state"))), one.get("listTime"), one.get("expTime")
    )
