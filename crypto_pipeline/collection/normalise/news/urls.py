"""One address for one article, however outlets and newsletters dress it up.

Belongs here: the canonical form of an address.
Does not belong here: what else identifies an article (collection/normalise/news/articles.py).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

LONGEST = 2048

_TRACKING = frozenset(
    {
        "_ga", "_gl", "_hsenc", "_hsmi", "amp", "at_campaign", "at_medium", "cmpid", "dclid", "fbclid", "gbraid", "gclid",
        "gclsrc", "igshid", "ito", "mkt_tok", "msclkid", "ncid", "oc", "ref", "ref_src", "s_cid", "s_kwcid", "spm",
        "wbraid", "wt_mc", "yclid", "ysclid",
    }
)  # fmt: skip
_TRACKING_PREFIXES = ("utm_", "mc_", "hsa_", "pk_", "mtm_")
"""Only these go: at many outlets the query is the article (?p=123, ?id=7, ?v=abc)."""

_DRESSED_UP = re.compile(r"(?:www|m|amp)\.(?=[^.]+\.)")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def canonical(url: str) -> str | None:
    """The address as https, without www, tracking and fragment, its query sorted; None for what is no web address.

    >>> canonical("http://www.outlet.example:80/News//etf/?utm_source=rss&id=7#top")
    'https://outlet.example/News/etf?id=7'
    >>> canonical("javascript:alert(1)") is None
    True
    """
    if len(url) > LONGEST:
        return None
    try:
        address = _canonical(re.sub("&(?:amp;)+", "&", url.strip()))
    except ValueError:  # a port that is no number, half a bracket, a host or a character that cannot be encoded
        return None
    return address if address and len(address) <= LONGEST else None


def _canonical(url: str) -> str | None:
    parts = urlsplit(url if not url.startswith("//") else f"https:{url}")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    host = _host(parts.hostname)
    if not host:
        return None
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    path = re.sub("/{2,}", "/", _escaped(parts.path)).rstrip("/") or "/"
    kept = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
        if name.lower() not in _TRACKING and not name.lower().startswith(_TRACKING_PREFIXES)
    )
    query = f"?{urlencode(kept, errors='surrogateescape')}" if kept else ""
    return f"https://{host}{port}{path}{query}"


def _host(name: str) -> str | None:
    host = name.rstrip(".").lower()
    if len(host) > 253:
        return None
    if not host.isascii():
        host = host.encode("idna").decode("ascii").lower()
    while _DRESSED_UP.match(host):
        host = host.partition(".")[2]
    return host if _HOST.fullmatch(host) else None


def _escaped(path: str) -> str:
    """Percent-encoded as UTF-8: escapes that say nothing are undone, the others are written in upper case."""
    return quote(_PERCENT.sub(_escape, path), safe="/%:@!$&'()*+,;=~")


def _escape(match: re.Match[str]) -> str:
    if match[1] is None:
        return "%25"
    code = int(match[1], 16)
    return chr(code) if code in _UNRESERVED else f"%{match[1].upper()}"
