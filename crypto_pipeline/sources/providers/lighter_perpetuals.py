"""Lighter: prices of its perpetuals. https://apidocs.lighter.xyz"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.perpetuals import of_one_coin
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless

lighter_perpetuals = Provider(
    "lighter_perpetuals",
    "https://mainnet.zklighter.elliot.ai/api/v1",
    docs="https://apidocs.lighter.xyz",
    source="lighter_perpetual",
    budget=Budget(10, 10),
    quirks="Prices are those of perpetual contracts; money and shares are in the same list as coins. No times.",
)


@lighter_perpetuals.endpoint(Quote, "/orderBookDetails", name="tickers")
def order_books(payload: Payload) -> Rows:
    """{"code": 200, "order_book_details": [{"symbol": "BTC", "market_id": 1, "status": "active",
    "last_trade_price": 90500.0, "daily_trades_count": 1000, "daily_base_token_volume": 1200.5,
    "daily_quote_token_volume": 108000000.0, "daily_price_low": 89500.0, "daily_price_high": 91000.0,
    "daily_price_change": 0.56, ...}]}

    Contracts are named by their coin and are quoted in dollars; daily_price_change is percent.
    """
    reject_unless(payload, "code", 200)
    return each(payload["order_book_details"], _quote)


def _quote(book: Payload) -> Quote | None:
    if book["status"] != "active" or book.get("market_type") == "spot":
        return None
    return of_one_coin(
        Quote(
            book["symbol"],
            last=book["last_trade_price"],
            volume_base=book.get("daily_base_token_volume"),
            volume_quote=book.get("daily_quote_token_volume"),
            change_percent=book.get("daily_price_change"),
            high=book.get("daily_price_high"),
            low=book.get("daily_price_low"),
            base=book["symbol"],
            quote="USD",
        )
    )
