"""What the pages read out of the OpenAPI document."""

from __future__ import annotations

from crypto_pipeline.api.openapi import choices, example, shape_of


def test_the_command_to_try_has_an_example_of_each_parameter_that_is_needed_and_of_no_other() -> None:
    parameters = [
        {"name": "symbol", "in": "path", "required": True, "schema": {"examples": ["BTC", "ETH"]}},
        {"name": "from", "in": "query", "required": True, "schema": {"examples": ["2026-11-24T00:00"]}},
        {"name": "job", "in": "query", "required": True, "schema": {}},
        {"name": "limit", "in": "query", "schema": {"examples": [5]}},
    ]
    assert (
        example("GET", "/prices/{symbol}", {"parameters": parameters})
        == "curl -s 'http://127.0.0.1:7860/prices/BTC?from=2026-11-24T00%3A00&job=...'"
    )
    assert example("GET", "/gas", {"parameters": parameters[3:]}) == "curl -s http://127.0.0.1:7860/gas"


def test_what_is_no_get_names_its_method() -> None:
    assert example("POST", "/api/worker/stop", {}) == "curl -s -X POST http://127.0.0.1:7860/api/worker/stop"


def test_null_is_no_choice() -> None:
    text, null = {"type": "string"}, {"type": "null"}
    assert choices({"anyOf": [null, text, {"$ref": "#/components/schemas/Coin"}]}) == [
        text,
        {"$ref": "#/components/schemas/Coin"},
    ]
    assert choices(text) == [text]


def test_a_shape_has_the_name_that_the_document_gives_it() -> None:
    assert shape_of({"$ref": "#/components/schemas/Coin"}) == "Coin"
    assert shape_of({"type": "string"}) == ""
