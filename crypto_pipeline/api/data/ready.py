"""Ready questions as the read API asks them.

Belongs here: a question of questions/ over the database of one answer.
Does not belong here: the questions (questions/), which path asks which (one module a subject).

A ready question ends at the moment at which it is asked. Here it ends at the newest row that it is about: after a pause the page
shows what was known last, and says how old that is, instead of nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.errors import InvalidQuery
from crypto_pipeline.questions import WrongValue, question_called

_AT = "CAST($asked_at AS TIMESTAMP WITH TIME ZONE)"


def question_rows(reading: Reading, name: str, at: datetime, **chosen: str) -> list[dict[str, Any]]:
    """What the ready question of this name answers as of a moment.

    :raises KeyError: there is no such question.
    :raises InvalidQuery: it does not take one of the values.
    :raises QueryLimitExceeded: it takes more time or memory than an answer is given.
    """
    question = question_called(name)
    if question is None:
        raise KeyError(name)
    try:
        values = question.values(chosen)
    except WrongValue as error:
        raise InvalidQuery(str(error)) from None
    return reading.rows(question.sql.replace("now()", _AT), asked_at=at, **values)
