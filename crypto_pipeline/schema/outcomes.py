"""How asking a source can end, and what that means for asking again.

Belongs here: the outcomes, their classes.
Does not belong here: the error that carries one (collection/errors.py), counting and storing outcomes (collection/collector.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Outcome(str, Enum):
    """What became of a request or of an endpoint in a run, as the collection log spells it."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    """The source says, or its answer shows, that nothing is new."""

    EMPTY = "empty"
    STALE = "stale"
    ERROR_IN_BODY = "error_in_body"
    UNPARSEABLE = "unparseable"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    """No connection, or it broke: DNS, refused, reset, TLS, a body that ended early."""
    RATE_LIMITED = "rate_limited"
    BLOCKED = "blocked"
    """401, 402, 403, 451 or a page for people where data should be: this address or country is not served."""
    CLIENT_ERROR = "client_error"
    SERVER_ERROR = "server_error"
    TOO_LARGE = "too_large"
    BAD_REDIRECT = "bad_redirect"
    OUT_OF_TIME = "out_of_time"
    """The collection's own deadline came first, or this machine was away while the source could have answered."""
    CLOCK_WRONG = "clock_wrong"
    """Its times do not fit the clock of this machine, and most hosts say that it is this clock that is wrong."""

    NOT_DUE = "not_due"
    BACKING_OFF = "backing_off"
    """The source asked for a pause, or refused us: not asked before that is over."""
    BREAKER_OPEN = "breaker_open"
    """It failed many times in a row: not asked before its next probe is due."""
    STANDBY = "standby"
    """Another member of its pool answered, so this one was not asked."""
    NO_BUDGET = "no_budget"
    """The host's budget would not have let the request go out in time."""

    def __str__(self) -> str:
        return self.value


MEANINGS: Mapping[Outcome, str] = {
    Outcome.OK: "It gave usable rows.",
    Outcome.NOT_MODIFIED: "It says, or its answer shows, that nothing is new since the last time.",
    Outcome.EMPTY: "It answered, with nothing in the answer.",
    Outcome.STALE: "It answered with data that is too old to be of use.",
    Outcome.ERROR_IN_BODY: "It answered as if all were well, with an error in the text of the answer.",
    Outcome.UNPARSEABLE: "Its answer has a shape that the parser does not know.",
    Outcome.TIMEOUT: "It did not answer in time.",
    Outcome.UNREACHABLE: "No connection came about, or it broke off.",
    Outcome.RATE_LIMITED: "It says that it was asked too often.",
    Outcome.BLOCKED: "It does not serve this address or country, or wants to be paid or logged in to.",
    Outcome.CLIENT_ERROR: "It does not accept the request: the address may have moved.",
    Outcome.SERVER_ERROR: "It has a fault of its own.",
    Outcome.TOO_LARGE: "Its answer was larger than is read.",
    Outcome.BAD_REDIRECT: "It led to an address that is not followed.",
    Outcome.OUT_OF_TIME: "The collection ended, or this machine was away, before the answer was there.",
    Outcome.CLOCK_WRONG: "Its times do not fit the clock of this machine, which is wrong by the answers of most hosts.",
    Outcome.NOT_DUE: "Its turn had not come: it is asked less often than a collection runs.",
    Outcome.BACKING_OFF: "Not asked: it wanted a pause, or refused, and the pause is not over.",
    Outcome.BREAKER_OPEN: "Not asked: it failed many times in a row and rests before it is tried again.",
    Outcome.STANDBY: "Not asked: another source of its pool gave the answer.",
    Outcome.NO_BUDGET: "Not asked: its host may not be asked more often.",
}
"""What each means for a person who has not read this file."""

SUCCESSES = frozenset({Outcome.OK, Outcome.NOT_MODIFIED})
NOT_ASKED = frozenset({Outcome.NOT_DUE, Outcome.BACKING_OFF, Outcome.BREAKER_OPEN, Outcome.STANDBY, Outcome.NO_BUDGET})
BLAMELESS = frozenset({Outcome.OUT_OF_TIME, Outcome.CLOCK_WRONG})
"""Failures that are this machine's: nobody's breaker counts them."""
RETRY_CAN_HELP = frozenset({Outcome.UNREACHABLE, Outcome.RATE_LIMITED, Outcome.SERVER_ERROR})
"""408 counts as a server error. A timeout is not retried: it has already cost the request its whole time."""
