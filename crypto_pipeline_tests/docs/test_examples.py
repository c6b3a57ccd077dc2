"""Every example in the documents, run as it stands: commands, SQL, Python, requests to the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import httpx
import pytest

from crypto_pipeline.api.data import query_session
from crypto_pipeline.databank.files import JSON
from crypto_pipeline.schema.jobs import JOBS
from crypto_pipeline_tests.api import documented
from crypto_pipeline_tests.docs import parsing
from crypto_pipeline_tests.docs.bank import Bank
from crypto_pipeline_tests.docs.reading import COMMANDS, NOT_RUN, Block, asked, commands, pages, words
from crypto_pipeline_tests.everything import Everything
from crypto_pipeline_tests.project import PROJECT

ONLY_PARSED = frozenset({"up", "demo", "api", "replay", "collect", "start", "stop", "move-to", "follow"})
"""Commands that run for long, ask the internet, need a running Dagster or a PostgreSQL: cli/, system/ and api/ run them."""
OF_THE_WALK = frozenset({"CONTRIBUTING.md", "CONTRIBUTING.fa.md"})
"""Their example is no source of ours: test_contributing.py leads the walk."""
ELSEWHERE = frozenset({"git", "cd", "source", "export"})
"""What belongs to the reader's shell."""
API, GRAPHQL = "127.0.0.1:7860", "127.0.0.1:3000"
BLOCKS = [block for page in pages() for block in page.blocks]


def once(examples: Iterable[tuple[str, Block]]) -> list[object]:
    """An example stands in both languages and is run once."""
    first = dict(reversed(list(examples)))
    return [pytest.param(example, id=block.place) for example, block in reversed(first.items())]


TYPED = [(command, block) for block in BLOCKS if block.language in COMMANDS for command in commands(block.code)]
OURS = [(command, block) for command, block in TYPED if words(command)[:1] == ["crypto-pipeline"]]
RUN = [
    (command, block)
    for command, block in OURS
    if words(command)[1] not in ONLY_PARSED and block.page not in OF_THE_WALK
]
CURLS = [(command, block) for command, block in TYPED if words(command)[:1] == ["curl"]]


def written_in(language: str) -> list[object]:
    return once((block.code, block) for block in BLOCKS if block.language == language and block.page not in OF_THE_WALK)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory, everything: Everything) -> Bank:
    """A data bank after one collection of everything."""
    bank = Bank(tmp_path_factory.mktemp("reader"))
    everything.copy_to(bank.settings.data_dir)
    bank.bring_prices_to_now()
    return bank


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.place)
def test_every_block_is_of_a_kind_that_is_run_or_looked_at(block: Block) -> None:
    assert block.language in COMMANDS | NOT_RUN | {"sql", "python"}


@pytest.mark.parametrize("command", once(TYPED))
def test_every_command_is_known(command: str) -> None:
    program, *arguments = words(command)
    if program == "crypto-pipeline":
        parsing.parse(parsing.ours(), arguments)
    elif program in {"dagster", "dg"}:
        parsing.parse(parsing.dagster() if program == "dagster" else parsing.dg(), arguments)
        named = [argument for argument in arguments if "collection" in argument or argument == "maintenance"]
        assert set(named) <= JOBS
    elif program == "make":
        targets = re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert set(arguments) <= set(targets)
    elif program == "curl":
        where = asked(command).host
        if where == GRAPHQL:
            assert f"{command}\n" in documented.COMMANDS, "it is run by test_api.py"
        else:
            assert where == API or where.endswith(".example"), "an address that no test answers"
    elif program == "python":
        assert arguments[0] == "-m"
        assert arguments[1] == "pytest" or (PROJECT / f"{arguments[1].replace('.', '/')}.py").is_file()
    else:
        assert program in ELSEWHERE | {"duckdb"}, "no test knows this command"


@pytest.mark.parametrize("command", once(RUN))
def test_a_command_of_ours_does_what_it_is_shown_for(command: str, bank: Bank) -> None:
    run = bank.run(command)
    assert run.returncode == 0, run.stderr
    target = re.search(r"(?:>|-o) (\S+)$", command)
    assert (bank.folder / target[1]).read_bytes() if target else run.stdout


@pytest.mark.parametrize("command", once((c, b) for c, b in TYPED if words(c)[:1] == ["duckdb"]))
def test_the_duckdb_command_reads_the_file(command: str, bank: Bank) -> None:
    run = bank.run(command)
    assert run.returncode == 0, run.stderr
    assert run.stdout


@pytest.mark.parametrize("query", written_in("sql"))
def test_a_query_has_an_answer(query: str, bank: Bank) -> None:
    assert bank.warehouse.query(query).rows


@pytest.mark.parametrize("program", written_in("python"))
def test_a_program_runs_to_its_end(program: str, bank: Bank) -> None:
    assert bank.output_of(program)


@pytest.mark.parametrize(
    "query",
    sorted(
        {
            code
            for page in pages()
            if re.search(r"`SELECT [^`]* FROM ", page.text)  # the others need not be read as Markdown for it
            for code in page.code_in_text
            if re.match(r"SELECT .* FROM ", code) and "..." not in code
        }
    ),
)
def test_a_query_inside_a_sentence_has_an_answer(query: str, bank: Bank) -> None:
    assert bank.warehouse.query(query).rows


@pytest.fixture(scope="module")
def api(bank: Bank) -> Iterator[Callable[[str, str, dict[str, str]], httpx.Response]]:
    """Who reads all the time opens the file once: no request writes to it."""
    with bank.api() as ask, bank.warehouse.reading():
        yield ask


@pytest.fixture(scope="module")
def run_id(bank: Bank) -> str:
    """A run that a request may ask for."""
    return str(bank.one("SELECT any_value(run_id) FROM data_collections WHERE endpoint = 'kraken.ticker'"))


@pytest.mark.parametrize("command", once((c, b) for c, b in CURLS if asked(c).host == API))
def test_a_request_is_answered(
    command: str,
    run_id: str,
    api: Callable[[str, str, dict[str, str]], httpx.Response],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(query_session, "SECONDS", 600.0)  # a busy machine may take its time
    request = asked(command)
    answer = api(request.method, request.url.replace("RUN_ID", run_id), request.headers)
    # No Dagster runs here: what needs it says so, in a sentence.
    expected = {200, 503} if "/api/worker/" in request.url else {200}
    assert answer.status_code in expected, answer.text
    assert answer.json() if answer.headers["content-type"] == JSON.media_type else answer.content
