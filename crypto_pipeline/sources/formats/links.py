"""Links as they are seen from the page that holds them.

Belongs here: relative links and their base.
Does not belong here: one form for one address (collection/normalise/news/urls.py).

https://www.rfc-editor.org/rfc/rfc3986#section-5
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

_FIRST_PART = re.compile(r"[^/?#]*")


def joined(base: str, link: str) -> str:
    """A link seen from ``base``; as it is where it is absolute or cannot be joined. A link that begins with a host lacks its scheme.

    >>> joined("https://outlet.example/feed", "/post/1"), joined("https://outlet.example/feed", "www.outlet.example/a")
    ('https://outlet.example/post/1', 'https://www.outlet.example/a')
    """
    link = link.strip()
    try:
        if not base or not link or urlsplit(link).scheme:
            return link or base
        host = _without_www(urlsplit(base).hostname or "")
        first = _FIRST_PART.match(link)
        begins_with_host = first is not None and host and _without_www(first[0].lower()) == host
        return f"https://{link}" if begins_with_host else urljoin(base, link)
    except ValueError:  # half a bracket
        return link


def _without_www(host: str) -> str:
    return host.removeprefix("www.")
