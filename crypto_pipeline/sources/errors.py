"""What can be wrong with an answer, as one tree: what parsers and the formats below them raise.

::

    Exception
    ├── ErrorInBody             the source answered 200 and said in the body that it could not
    └── MALFORMED               what Python itself raises where an answer has another shape than the parser was written for
        ├── KeyError, IndexError, TypeError, AttributeError, ArithmeticError, RecursionError
        └── ValueError
            ├── PageForPeople   an HTML page where data should be
            └── UnknownZone     a time whose zone nobody can tell

A parser catches none of them; what they mean for the endpoint is decided in collection/reading.py, where each becomes a
SourceError (collection/errors.py).

Belongs here: the exceptions.
Does not belong here: raising them (sources/kit/parsing.py, sources/formats/).
"""

from __future__ import annotations


class ErrorInBody(Exception):
    """The source answered 200 and said in the body that it could not answer; the message has its words."""


class PageForPeople(ValueError):
    """An HTML page where data should be: a challenge, a consent form, an error page."""


class UnknownZone(ValueError):
    """A zone was written, and nobody can say which one it is."""


MALFORMED = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What a parser raises by itself when an answer does not have the shape it was written for."""
