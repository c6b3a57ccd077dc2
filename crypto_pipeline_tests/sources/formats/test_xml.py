"""XML answers other than feeds: a tree, or a reason why not."""

from __future__ import annotations

import pytest

from crypto_pipeline.sources.formats.xml import root_of


def test_a_document_becomes_a_tree_of_elements() -> None:
    root = root_of(b'<?xml version="1.0" encoding="UTF-8"?><rates><rate currency="EUR">1.16</rate></rates>')
    assert [(rate.attrib["currency"], rate.text) for rate in root] == [("EUR", "1.16")]


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b"<rates>", b"<!doctype html><html><body>busy</body></html>"])
def test_what_is_no_xml_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        root_of(body)


def test_entities_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\w"):
        root_of(b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
