"""ExchangeRate-API, open access: daily exchange rates. https://www.exchangerate-api.com/docs/free"""

from crypto_pipeline.schema.rows import Rate
from crypto_pipeline.sources.formats.exchange_rates import in_dollars
from crypto_pipeline.sources.kit import (
    Budget,
    Payload,
    Provider,
    Rows,
    reject_unless,
)

exchangerate_api = Provider(
    "exchangerate_api",
    "https://open.er-api.com/v6",
    docs="https://www.exchangerate-api.com/docs/free",
    too_often=('"error-type":"quota-reached"',),
    budget=Budget(1, 3600),
    quirks="Rates by Exchange Rate API, https://www.exchangerate-api.com: the source asks to be named. Set once a day.",
)


@exchangerate_api.endpoint(Rate, "/latest/USD", cadence=360)
def rates(payload: Payload) -> Rows:
    """{"result": "success", "time_last_update_unix": 1795392001, "time_next_update_unix": 1795478401, "time_eol_unix": 0,
    "base_code": "USD", "rates": {"USD": 1, "EUR": 0.862, "KRW": 1465.1}, ...}

    Units for one of base_code. An error is {"result": "error", "error-type": "..."}.
    """
    reject_unless(payload, "result", "success")
    return in_dollars(payload["rates"], base=payload.get("base_code"), at=payload.get("time_last_update_unix"))
