"""A request's keys are in no address and no text that others see."""

from __future__ import annotations

import pytest

from crypto_pipeline.collection.http.messages import Request
from crypto_pipeline.collection.http.redaction import redact, secrets_of, url_without_keys

KEY = "abcdef123456"
REQUEST = Request(
    "https://api.example.com/", secret_params={"api key": KEY}, secret_headers={"Authorization": "Bearer x"}
)


@pytest.mark.parametrize(
    ("url", "without"),
    [
        ("https://api.example.com/a?b=1&c=2", "https://api.example.com/a?b=1&c=2"),
        (f"https://api.example.com/a?b=1&api+key={KEY}&c=2", "https://api.example.com/a?b=1&c=2"),
        ("https://api.example.com/a?api%20key=another", "https://api.example.com/a"),
        (f"https://api.example.com/a?under={KEY}&another=name", "https://api.example.com/a?another=name"),
        ("https://api.example.com/a?auth=Bearer%20x", "https://api.example.com/a"),
        ("https://api.example.com/a", "https://api.example.com/a"),
    ],
)
def test_an_address_keeps_every_parameter_but_those_that_carry_a_key(url: str, without: str) -> None:
    assert url_without_keys(url, REQUEST) == without


def test_a_text_that_repeats_a_key_of_either_kind_hides_it() -> None:
    request = Request("https://api.example.com/", secret_params={"k": KEY}, secret_headers={"X": "Bearer 9876543210"})
    said = redact(f"no such key: {KEY}; nor 9876543210", secrets_of(request))
    assert said == "no such key: ***; nor ***"
