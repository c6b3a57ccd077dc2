"""Play money is not taken for money."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crypto_pipeline.collection.answered_network import network_for_trying_out
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.saved import read_saved
from crypto_pipeline.replay.recorded import RECORDED_AT, file_of
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import discover

ENDPOINTS = {endpoint.id: endpoint for endpoint in discover()}


@pytest.mark.parametrize(
    ("answer", "network"),
    [
        ({"testnet": True, "result": {}}, "testnet"),
        ({"testnet": False, "result": {}}, None),
        ({"testnet": "https://testnet.exchange.example"}, None),
        ({"data": {"stagenet": True}}, "testnet"),
        ({"block": {"header": {"chain_id": "osmo-test-5"}}}, "osmo-test-5"),
        ({"block": {"header": {"chain_id": "osmosis-1"}}}, None),
        ({"networkName": "kaspa-testnet-10"}, "kaspa-testnet-10"),
        ({"head": {"chain": "ghostnet"}}, "ghostnet"),
        ({"chain_id": 2}, None),
        ({"name": "TestNet Token", "symbol": "TEST"}, None),
        ({"chain": "latest"}, None),
        ([{"chain": "sepolia", "tvl": 1}], None),  # a row of a list is not what the list is of
        ("testnet", None),
        (None, None),
    ],
)
def test_an_answer_says_which_network_it_is_of(answer: Any, network: str | None) -> None:
    assert network_for_trying_out(answer) == network


@pytest.mark.parametrize(
    "network",
    [
        "testnet", "test-net", "Testnet4", "test", "devnet", "stagenet", "regtest", "signet", "sandbox", "ghostnet", "shadownet",
        "sepolia", "Goerli", "Holesky", "hoodi", "amoy", "mumbai", "fuji", "chapel", "mocha-4", "arabica-11", "Westend", "rococo",
        "paseo", "shasta", "nile", "preprod", "preview", "fuchsia",
    ],
)  # fmt: skip
def test_a_network_for_trying_out_is_known_by_each_of_the_names_that_they_have(network: str) -> None:
    assert network_for_trying_out({"network": network}) == network


@pytest.mark.parametrize(
    "network", ["mainnet", "Main", "bitcoin", "eth", "latest", "contest", "protest-1", "cosmoshub-4"]
)
def test_a_network_whose_name_only_sounds_like_it_is_none(network: str) -> None:
    assert network_for_trying_out({"network": network}) is None


def test_an_answer_is_looked_into_three_envelopes_deep() -> None:
    assert network_for_trying_out({"data": {"result": {"status": {"chain": "nile"}}}}) == "nile"
    assert network_for_trying_out({"data": {"result": {"status": {"info": {"chain": "nile"}}}}}) is None


@pytest.mark.parametrize(
    ("endpoint", "place", "network"),
    [
        ("deribit_perpetuals.ticker", ("testnet",), True),
        ("kaspa.state", ("blockdag", "networkName"), "kaspa-testnet-10"),
        ("tzkt.state", ("head", "chain"), "shadownet"),
        ("algorand.fees", ("genesis-id",), "testnet-v1.0"),
        ("osmosis_lcd.block", ("block", "header", "chain_id"), "osmo-test-5"),
    ],
)
def test_no_row_is_made_of_the_answer_of_a_network_for_trying_out(
    endpoint: str, place: tuple[str, ...], network: object
) -> None:
    payload = json.loads(file_of(ENDPOINTS[endpoint]).read_bytes())
    inner = payload
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = network
    with pytest.raises(SourceError, match="a network for trying out") as caught:
        read_saved(ENDPOINTS[endpoint], json.dumps(payload).encode(), RECORDED_AT)
    assert caught.value.outcome is Outcome.UNPARSEABLE
