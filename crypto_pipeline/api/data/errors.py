"""Questions that cannot be answered, with one sentence for whoever asked.

Belongs here: the errors, by what they are in HTTP.
Does not belong here: the database's own (warehouse/errors.py).
"""

from __future__ import annotations


class NotFound(Exception):
    """There is no such coin, source or attempt in the database: 404."""


class InvalidQuery(Exception):
    """A parameter that cannot be used; the message says what would do: 422."""


class Overloaded(Exception):
    """So many others are being answered that this one did not come to its turn: 503, and worth another try."""
