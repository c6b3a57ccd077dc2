"""Option contracts of the replay: of another day, another coin and another price, each in the form of its exchange."""

from __future__ import annotations

from crypto_pipeline.replay.option_names import listed_again


def test_contracts_are_named_anew_wherever_they_stand_and_nothing_else_is() -> None:
    payload = {
        "result": [{"instrument_name": "BTC-5DEC26-90000-C", "underlying_index": "BTC-5DEC26"}],
        "others": ["BTC-USD-261205-95000-P", "BTC-25DEC26-100000-C-USDT", "BTC-PERPETUAL", "busy", 7],
    }
    assert listed_again(payload, "ETH", 30, 1 / 30) == {
        "result": [{"instrument_name": "ETH-4JAN27-3000-C", "underlying_index": "BTC-5DEC26"}],
        "others": ["ETH-USD-270104-3170-P", "ETH-24JAN27-3330-C-USDT", "BTC-PERPETUAL", "busy", 7],
    }
