"""docs/questions.md: the ready questions, as a page for people.

Belongs here: a pure function, questions in, Markdown out.
Does not belong here: the questions (questions/), asking them (cli/query.py).
"""

from __future__ import annotations

from collections.abc import Iterable

from crypto_pipeline.docgen.translations import said
from crypto_pipeline.questions import Parameter, Question

_OPENING = """\
# Ready questions

<!-- Made from crypto_pipeline/questions/ by `make docs`; change it there. -->

`crypto-pipeline query NAME` asks one of these and prints its answer, on a terminal with a chart where a chart says more.

```sh
crypto-pipeline query --examples
crypto-pipeline query cheapest-exchange --set symbol=ETH
crypto-pipeline query candles --set interval=1d --set days=30 --csv > candles.csv
crypto-pipeline query kimchi-premium --sql
```

`--set` chooses a coin, a number of days and the like; `--csv` and `--json` are for programs; `--sql` prints the query for any other tool. Each file in `crypto_pipeline/questions/` opens by saying what its numbers mean and what they leave out.

JSON has no word for NaN and infinity: with `--json`, and in the HTTP API, such a number is `null`."""


def questions_markdown(questions: Iterable[Question], language: str = "en") -> str:
    """Every question by name, with what may be chosen."""
    return "\n".join(
        [
            said(_OPENING, language),
            "",
            said("| question | answers | may be set |", language),
            "|---|---|---|",
            *(_row(question, language) for question in questions),
            "",
        ]
    )


def _row(question: Question, language: str) -> str:
    may_be_set = "<br>".join(_parameter(parameter) for parameter in question.parameters)
    return f"| `{question.name}` | {said(question.title, language)} | {may_be_set} |"


def _parameter(parameter: Parameter) -> str:
    return f"`{parameter.name}={parameter.default}`"
