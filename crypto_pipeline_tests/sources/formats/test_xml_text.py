"""Which texts are given to a parser of XML, and what is mended in them before."""

from __future__ import annotations

import pytest

from crypto_pipeline.sources.formats.xml_text import MOST_AMPERSANDS, guarded, mended


def test_so_many_ampersands_are_mended_and_no_more() -> None:
    most = "a&b " * MOST_AMPERSANDS
    assert mended(most).count("&amp;") == MOST_AMPERSANDS
    with pytest.raises(ValueError, match=f"more than {MOST_AMPERSANDS} ampersands"):
        mended(most + "&")


def test_guarded_text_begins_with_the_document() -> None:
    assert guarded("\ufeff\n <rss/>") == "<rss/>"


def test_a_tag_has_at_most_65_536_characters() -> None:
    longest = f"<a {'b' * 65_534}>"
    assert guarded(longest) == longest
    with pytest.raises(ValueError, match="a tag is longer than 65536 characters"):
        guarded(f"<a {'b' * 65_535}>")
