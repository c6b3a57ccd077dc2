"""Text as people read it, from what feeds call text: markup, entities, control and direction marks taken out.

Belongs here: cleaning for storing, folding for matching.
Does not belong here: what the words say (collection/normalise/news/tags.py, collection/normalise/news/sentiment.py).
"""

from __future__ import annotations

import html
import re
import unicodedata

MOST_RAW = 20_000
"""Of longer texts only the beginning is cleaned: a few hundred characters of it are kept."""

_ROUNDS = 3
_MARKS = dict.fromkeys(
    [
        *(code for code in range(0x20) if code not in (9, 10, 13)),
        *range(0x7F, 0xA0),
        0xAD, 0x200B, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
    ]
)  # fmt: skip
"""Control characters, soft hyphens and other invisible blanks, overrides of the direction of writing, halves of
characters. U+200C stays: Persian is not spelt right without it."""

_NOT_TEXT = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_BLOCK = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|td|th|table|h[1-6]|blockquote|figure|hr)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^>]*>")
"""What has the shape of a tag. "BTC < $100K and ETH > $5K" has not."""

_WORDPRESS_TAIL = re.compile(
    r"\s*(?:The post|La entrada|Der Beitrag|O post|[LI]['’]?\s?(?:article|articolo)|نوشته|Сообщение)\s.{1,300}?"
    r"\s(?:appeared first on|first appeared on|se publicó primero en|erschien zuerst auf|apareceu primeiro em"
    r"|est apparu en premier sur|proviene da|اولین بار در|появились сначала на)\s.{1,80}\Z"
)
_ARABIC_TO_PERSIAN = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "\u200c": " ", "\u0640": None})


def plain(raw: str, most: int) -> str:
    """At most ``most`` characters of readable text: no markup, no entities, one blank between words.

    >>> plain("<p>BTC &lt; $100K <b>and</b> ETH > $5K&nbsp;</p>", 100)
    'BTC < $100K and ETH > $5K'
    """
    text = raw[:MOST_RAW]
    for _ in range(_ROUNDS):
        before, text = text, _one_round(text)
        if text == before:
            break
    else:
        # Entities of entities of entities: written to become markup once more wherever somebody unescapes them.
        text = _one_round(text.replace("&", " ").replace("<", " "))
    return shortened(text, most)


def _one_round(text: str) -> str:
    text = unicodedata.normalize("NFC", text.translate(_MARKS))
    text = _NOT_TEXT.sub(" ", _CDATA.sub("", text))
    # Beyond the last ">" nothing can be a tag; looking for the end of one there would cost the square of the length.
    end = text.rfind(">") + 1
    text = _TAG.sub("", _BLOCK.sub(" ", text[:end])) + text[end:]
    return " ".join(html.unescape(text).split())


def shortened(text: str, most: int) -> str:
    """The text, or its beginning up to a blank and an ellipsis where it is longer."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def without_tail(text: str) -> str:
    """The text without the line that WordPress adds: The post ... appeared first on ..."""
    return _WORDPRESS_TAIL.sub("", text)


def folded(text: str) -> str:
    """The text for matching only: compatibility forms, case and Arabic letters of Persian words made one."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_ARABIC_TO_PERSIAN).split())
