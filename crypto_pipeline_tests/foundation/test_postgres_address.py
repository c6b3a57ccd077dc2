"""Addresses of PostgreSQL are recognised, and shown without what is secret in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.foundation.postgres_address import fault_of, is_postgres, shown, without_secrets


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://user:pass@localhost/crypto_db", "postgresql://user@localhost/crypto_db"),
        ("postgres://u:p@[::1]:5433/x?sslmode=require", "postgres://u@[::1]:5433/x"),
        ("postgresql://host/db?password=secret", "postgresql://host/db"),
        ("postgresql:///db?host=/run/postgresql", "postgresql:///db"),
        ("postgresql://u:p@one:5432,two:5432/db", "postgresql://u@one:5432,two:5432/db"),
        ("/a/plain/path.duckdb", "/a/plain/path.duckdb"),
    ],
)
def test_an_address_is_shown_with_user_host_and_name(address: str, words: str) -> None:
    assert shown(address) == words
    assert not is_postgres(address) or fault_of(address) is None


@given(password=st.text(alphabet="sS3/?#@[] :%&=+", min_size=3).filter(lambda text: text.strip("/?#@[] :%&=+")))
def test_no_password_is_shown_whatever_is_in_it(password: str) -> None:
    address = f"postgresql://user:{password}@host/db"
    assert shown(address) == "postgresql://user@host/db"
    fault = fault_of(address)
    assert fault is None or password not in fault


def test_the_text_of_a_driver_loses_the_password_as_it_is_and_as_it_is_written() -> None:
    address = "postgresql://user:p%40ss@host/db?sslpassword=other"
    assert without_secrets("p@ss p%40ss other", address) == "*** *** ***"


def test_a_password_of_two_characters_stays_in_texts_for_every_text_has_it() -> None:
    assert without_secrets("on localhost", "postgresql://user:on@host/db") == "on localhost"
    assert without_secrets("one localhost", "postgresql://user:one@host/db") == "*** localhost"
