"""How a source is declared: everything that a provider module imports.

Belongs here: the names that providers and their readers use, gathered from the files of this package.
Does not belong here: HTTP, clocks, databases; shapes that many sources share (sources/formats/__init__.py).

A source is a Provider and, for each thing that it can be asked, a decorated parser::

    kraken = Provider("kraken", "https://api.kraken.com/0/public", docs="https://docs.kraken.com/api", per_minute=60)

    @kraken.endpoint(Quote, "/Ticker", assetVersion=1)
    def ticker(payload: Payload) -> Rows:
        '''{"error": [], "result": {"BTC/USD": {"c": ["64000.1", "0.02"], "v": ["10", "24.5"], ...}}}'''
        reject(payload.get("error"))
        return each(payload["result"].items(), lambda pair, tick: Quote(pair, last=tick["c"][0], ...))

| what | says it | file |
|---|---|---|
| who is asked, and what it calls coins | ``Provider``, ``Key``, ``Budget``, ``unread`` | sources/kit/declaration.py, sources/kit/access.py |
| what is asked | a path, or ``get``, ``post``, ``together``; ``requests=`` for one request a coin | sources/kit/requests.py |
| when | ``cadence=``, ``on=``, ``pool=PoolMember(...)`` | sources/kit/declaration.py |
| its past | ``history=Pages(...)``, ``history=Whole(...)`` | sources/kit/history.py |
| how an answer is judged | ``answer=Expected(...)`` | sources/kit/declaration.py |
| what it may raise | ``ErrorInBody``, and ``MALFORMED``, which Python raises by itself | sources/errors.py |
| how it is read | ``each``, ``about``, ``as_list``, ``reject``, ``reject_unless``, ``present``, ``number``, ``whole``, ``scaled``, ``product``, ``quotient``, ``difference``, ``at_least``, ``how_many``, ``is_missing``, ``is_set``, ``known`` | sources/kit/parsing.py |
"""

from crypto_pipeline.sources.errors import MALFORMED, ErrorInBody
from crypto_pipeline.sources.kit.access import USUAL_BUDGET, Budget, Key
from crypto_pipeline.sources.kit.declaration import Endpoint, Expected, Format, PoolMember, Provider, unread
from crypto_pipeline.sources.kit.discovery import discover
from crypto_pipeline.sources.kit.history import History, Pages, Span, Whole, is_past, page_request
from crypto_pipeline.sources.kit.parsing import (
    Parser,
    Payload,
    Rows,
    Unreadable,
    about,
    as_list,
    at_least,
    difference,
    each,
    how_many,
    is_missing,
    is_set,
    known,
    number,
    number_or_none,
    present,
    product,
    quotient,
    reject,
    reject_unless,
    scaled,
    significant_digits,
    whole,
)
from crypto_pipeline.sources.kit.requests import (
    ONE_REQUEST,
    Context,
    RequestSpec,
    RequestSpecs,
    RequestTemplate,
    SubRequest,
    get,
    post,
    together,
)

__all__ = [
    "MALFORMED",
    "ONE_REQUEST",
    "USUAL_BUDGET",
    "Budget",
    "Context",
    "Endpoint",
    "ErrorInBody",
    "Expected",
    "Format",
    "History",
    "Key",
    "Pages",
    "Parser",
    "Payload",
    "PoolMember",
    "Provider",
    "RequestSpec",
    "RequestSpecs",
    "RequestTemplate",
    "Rows",
    "Span",
    "SubRequest",
    "Unreadable",
    "Whole",
    "about",
    "as_list",
    "at_least",
    "difference",
    "discover",
    "each",
    "get",
    "how_many",
    "is_missing",
    "is_past",
    "is_set",
    "known",
    "number",
    "number_or_none",
    "page_request",
    "post",
    "present",
    "product",
    "quotient",
    "reject",
    "reject_unless",
    "scaled",
    "significant_digits",
    "together",
    "unread",
    "whole",
]
