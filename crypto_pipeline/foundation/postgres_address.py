"""Addresses of PostgreSQL: which text is one, and how it is shown without what is secret in it.

Belongs here: functions of text; no driver is needed for them.
Does not belong here: connecting (warehouse/hub/connecting.py), which settings are addresses (settings.py).
https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
"""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote

SCHEMES = ("postgresql://", "postgres://")
_MUST_BE_WRITTEN = {"/": "%2F", "?": "%3F", "#": "%23", "@": "%40", "[": "%5B", "]": "%5D", " ": "%20"}
_CONNECTING_TAKES_AT_MOST = 10
"""Seconds."""
_SHORTEST_SECRET = 3
"""Characters. A shorter one is in every text by chance, and PostgreSQL's messages have none."""


def is_postgres(address: str) -> bool:
    """Whether this is the address of a PostgreSQL database."""
    return address.startswith(SCHEMES)


def fault_of(address: str) -> str | None:
    """What is wrong with an address of PostgreSQL, without its secrets; None when it can be tried."""
    user, host_and_name = _parts(address)
    for sign, written in _MUST_BE_WRITTEN.items():
        if sign in user:
            return f"in its user name and password {sign!r} is written {written}"
    host, _, name = host_and_name.partition("?")[0].partition("/")
    if not name or "/" in name:
        return "should look like postgresql://USER:PASSWORD@HOST:PORT/NAME"
    if any(letter.isspace() or not letter.isprintable() for letter in address):
        return "has a blank or a control character in it"
    return None if "@" not in host else "has two @ in it"


def shown(address: str) -> str:
    """The address for people: its user, host and database, without the password and without options, which may hold one.

    Works for whatever looks like an address, whether or not it is one of PostgreSQL.
    """
    if "://" not in address:
        return address
    scheme = address.partition("://")[0]
    user, host_and_name = _parts(address)
    name = user.partition(":")[0]
    return f"{scheme}://{f'{name}@' if name else ''}{host_and_name.partition('?')[0]}"


def for_sqlalchemy(address: str) -> str:
    """The address for SQLAlchemy with psycopg2, whatever driver it would take by itself."""
    rest = address.partition("://")[2]
    if "connect_timeout=" not in rest:
        rest += f"{'&' if '?' in rest else '?'}connect_timeout={_CONNECTING_TAKES_AT_MOST}"
    return f"postgresql+psycopg2://{rest}"


def for_libpq(address: str) -> str:
    """The address as SQLAlchemy has it, without the name of a driver."""
    return f"{SCHEMES[0]}{address.partition('://')[2]}"


def without_secrets(text: str, address: str) -> str:
    """A text of elsewhere, a message of a driver say, without the passwords of this address."""
    for secret in _secrets(address):
        text = text.replace(secret, "***")
    return text


def _parts(address: str) -> tuple[str, str]:
    """User with password, and the rest. What stands before the last @ may all be secret."""
    user, at, rest = address.partition("://")[2].rpartition("@")
    return (user, rest) if at else ("", rest)


def _secrets(address: str) -> set[str]:
    user, rest = _parts(address)
    password = user.partition(":")[2]
    options = dict(parse_qsl(rest.partition("?")[2]))
    found = {password, unquote(password), options.get("password", ""), options.get("sslpassword", "")}
    return {secret for secret in found if len(secret) >= _SHORTEST_SECRET}
