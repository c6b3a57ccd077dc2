"""What can go wrong with a collection, as one tree; every message is a sentence for a person.

::

    Exception
    ├── SourceError                 a source could not be asked, or its answer could not be used; ``outcome`` says which
    │   └── NoRoom                  this collection has no room for its rows, and the source is not to blame
    ├── SettingsError               (settings.py)
    │   ├── UnknownSourceError      a setting names a source that does not exist
    │   └── UnknownCoinError        a setting names a coin that nobody knows
    ├── WishError                   something of the past is asked for that cannot be had
    └── ValueError
        └── OtherTimeError          a row of a time that cannot be now; costs that row, and leaves collection/normalise/ as a rejected one
            ├── TooOldError         of another day
            └── FutureError         of a time that has not come

SourceError has one class and many outcomes (schema/outcomes.py), for what differs is what follows, and that the outcome
says. Which of them comes from where: collection/http/failures.py for requests, collection/reading.py for answers.

Belongs here: the exceptions.
Does not belong here: what a source's answers raise while they are parsed (sources/errors.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.settings import SettingsError


class SourceError(Exception):
    """A source could not be asked or its answer could not be used."""

    def __init__(
        self,
        outcome: Outcome,
        message: str,
        *,
        status_code: int | None = None,
        retry_after: datetime | None = None,
        is_certain: bool = False,
        clock_off: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.status_code = status_code
        self.retry_after = retry_after
        """The moment before which the source does not want to be asked again."""
        self.is_certain = is_certain
        """Whether it is the source's failure however slow this machine is: a refused connection, a bad certificate."""
        self.clock_off = clock_off
        """How far the clock of this machine must be ahead (less than zero: behind) for this to be no failure of the source; None
        where no clock explains it."""


class NoRoom(SourceError):
    """Another source may have used the room up: nobody's breaker counts it."""


class UnknownSourceError(SettingsError):
    """A setting names a source that no provider declares; the message says which may have been meant."""


class UnknownCoinError(SettingsError):
    """A setting names a coin that nobody knows; the message says what may have been meant."""


class OtherTimeError(ValueError):
    """A row that is right for another time than now."""

    def __init__(self, message: str, clock_off: timedelta) -> None:
        super().__init__(message)
        self.clock_off = clock_off
        """How far the clock of this machine must be ahead (less than zero: behind) for the row to be right now."""


class TooOldError(OtherTimeError):
    """A price that is right for another day."""


class FutureError(OtherTimeError):
    """Something of a time that has not come."""


class WishError(Exception):
    """Something of the past is asked for that cannot be had; the message says what and what can."""
