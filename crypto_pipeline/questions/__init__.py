"""Questions worth asking, each with its SQL: one file a question, and the loader.

Belongs here: the ready questions that ``crypto-pipeline query NAME`` runs, and how their files are read.
Does not belong here: asking the database (warehouse/), how answers look (cli/).

A file opens with a header of comments: a title, a paragraph on what the numbers mean, and

    -- set: symbol = BTC, a coin            a parameter, $symbol in the SQL, with its default and what is allowed
    -- set: days = 7, 1 to 90
    -- set: interval = 1h, one of 1h 1d
    -- chart: bars endpoint failures (requests)        columns of the answer: the labels, the numbers, and their unit;
    -- chart: line timestamp close (USD)               {unit} is what the column unit of the answer says
    -- none: What it means when there are no rows.
"""

from crypto_pipeline.questions.loading import Chart, Parameter, Question, WrongValue, question_called, questions

__all__ = ["Chart", "Parameter", "Question", "WrongValue", "question_called", "questions"]
