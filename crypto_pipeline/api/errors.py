"""What can go wrong in the API, as one tree; every message is a sentence for whoever asked.

    StartError              nothing can listen, or must not
    ApiError                a request that is answered with a status and that sentence
    ├── Conflict        400 not as things are
    ├── Forbidden       403 not for whoever asks
    ├── NotFound        404 no such coin, source or attempt
    ├── InvalidQuery    422 a parameter that cannot be used
    └── Unavailable     503 worth another try
        ├── Overloaded      too many others are being answered
        └── DagsterAway     Dagster cannot be reached or cannot do it
            └── DagsterNeverRan  nothing was ever collected from this data folder

Belongs here: the errors, with what they are in HTTP.
Does not belong here: the database's own (warehouse/errors.py), which api/app.py answers with 503 as well; answering them (api/app.py).
"""

from __future__ import annotations

from typing import ClassVar


class StartError(Exception):
    """The system cannot be started; the message says why and what to do."""


class ApiError(Exception):
    """A request that cannot be answered as asked."""

    status: ClassVar[int] = 500


class Conflict(ApiError):
    """What was asked for cannot be done as things are, or is unknown; the message says why and what would do."""

    status = 400


class Forbidden(ApiError):
    """It is not answered to whoever asks; the message says which setting decides."""

    status = 403


class NotFound(ApiError):
    """There is no such coin, source or attempt in the database."""

    status = 404


class InvalidQuery(ApiError):
    """A parameter that cannot be used; the message says what would do."""

    status = 422


class Unavailable(ApiError):
    """It cannot be answered at this moment, and may be at the next."""

    status = 503


class Overloaded(Unavailable):
    """So many others are being answered that this one did not come to its turn."""


class DagsterAway(Unavailable):
    """Dagster cannot be reached, or cannot do what it is asked; the message says which."""


class DagsterNeverRan(DagsterAway):
    """There is no Dagster in this data folder, and never was: a machine that only follows has none."""
