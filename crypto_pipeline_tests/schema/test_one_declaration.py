"""A new table of collected data is a kind of row, a declaration and a source: three additions, and nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server
from crypto_pipeline_tests.program import output
from crypto_pipeline_tests.project import PROJECT

ROW = '''

class Storm(NamedTuple):
    """A storm at a place where coins are mined."""

    place: str
    wind: Number
    severe: bool
    timestamp: Time = None
'''

DECLARATION = """
STORMS = Table(
    "storms",
    CHAIN,
    "A storm over a mine.",
    key=("source", "place", "timestamp"),
    newer_by="fetched_at",
    keep_days=90,
    feed=Feed(cadence=5, rows=(Storm,), usual_age=timedelta(hours=3), stale_after=timedelta(hours=2)),
    columns=(
        Column("place", TEXT, "Where it blows"),
        Column("wind_speed", REAL, "Speed of the wind", "m/s", field="wind"),
        Column("severe", FLAG, "True where mines stand still"),
        SOURCE_TIME,
        said_by("source"),
        *FETCHED,
    ),
)
"""

PROVIDER = '''"""An office that warns of storms. https://storms.example/docs"""

from crypto_pipeline.schema.rows import Storm
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each

storm_office = Provider("storm_office", "https://storms.example")


@storm_office.endpoint(Storm, "/warnings")
def warnings(payload: Payload) -> Rows:
    """[["Sichuan", "31.5", true]]"""
    return each(payload, lambda warning: Storm(*warning))
'''

PROGRAM = """
import json
import sys

for name in [name for name in sys.modules if name.partition(".")[0] == "crypto_pipeline"]:
    del sys.modules[name]  # libraries have been read already, our package is the copy
sys.path.insert(0, sys.argv[3])

import dagster as dg
import duckdb

from crypto_pipeline.docgen.table_pages import tables_markdown
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.resources import Sources
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import discover

settings = Settings(data_dir=sys.argv[1], gateway_url=sys.argv[2])
office = [endpoint for endpoint in discover() if endpoint.id == "storm_office.warnings"]
defs = build_defs(settings=settings, resources={"sources": Sources(settings, office)})
with dg.DagsterInstance.ephemeral() as instance:
    run = defs.resolve_job_def(UI_JOB).execute_in_process(
        instance=instance, raise_on_error=False, asset_selection=[dg.AssetKey("storms")]
    )
asset = defs.resolve_asset_graph().get(dg.AssetKey("storms"))
with duckdb.connect(str(settings.database), read_only=True) as connection:
    def sql(query):
        return [list(row) for row in connection.execute(query).fetchall()]

    print(json.dumps({
        "success": run.success,
        "failures": sql("SELECT endpoint, error FROM failure_logs"),
        "rows": sql("SELECT source, place, wind_speed, severe, timestamp = fetched_at FROM storms ORDER BY place"),
        "types": sql("SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = 'storms'"),
        "checks": sql("SELECT check_name, passed FROM data_quality_results WHERE table_name = 'storms' ORDER BY 1"),
        "rejected": sql("SELECT table_name, reason FROM rejected_rows"),
        "group": asset.group_name,
        "description": asset.description,
        "late_after_minutes": asset.freshness_policy.warn_window.to_timedelta().total_seconds() / 60,
        "units": {one.name: one.description for one in asset.metadata["dagster/column_schema"].columns},
        "jobs": [
            name
            for name in (UI_JOB, HISTORICAL_JOB)
            if dg.AssetKey("storms") in defs.resolve_job_def(name).asset_layer.selected_asset_keys
        ],
        "kept_days": settings.kept_days["storms"],
        "page": tables_markdown(),
    }))
"""


def add(file: Path, text: str, *, imported: tuple[str, str] = ("", "")) -> None:
    """Append to a module, and widen one of its imports."""
    old, new = imported
    before = file.read_text("utf-8")
    assert old in before
    file.write_text(before.replace(old, new, 1) + text, "utf-8")


def not_needed(folder: str, names: list[str]) -> set[str]:
    """What the copy goes without: hundreds of sources too, which would be read and are not asked. Compiled modules stay compiled."""
    others = {"recordings", "dashboard"}
    if folder.endswith("providers"):
        others |= {name for name in names if name.endswith(".py")} - {"__init__.py"}
    return others & set(names)


def storms(request: ServedRequest) -> ServedResponse:
    body = [["Sichuan", "31.5", True], ["Texas", "n/a", False], ["Iceland", "gusty", True]]
    return ServedResponse(200, {"content-type": "application/json"}, json.dumps(body).encode())


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a collection, Dagster and the documents make of a table of a copy of the package."""
    folder = tmp_path_factory.mktemp("checkout")
    package = folder / "crypto_pipeline"
    shutil.copytree(PROJECT / "crypto_pipeline", package, ignore=not_needed)
    add(package / "schema" / "rows.py", ROW)
    add(
        package / "schema" / "tables" / "chain.py",
        DECLARATION,
        imported=("import ChainStat, Gas, Transfer", "import ChainStat, Gas, Storm, Transfer"),
    )
    (package / "sources" / "providers" / "storm_office.py").write_text(PROVIDER, "utf-8")
    with running_server(storms) as gateway:
        said = output(PROGRAM, str(folder / "data"), gateway, str(folder))
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def test_the_table_is_created_with_its_columns_and_comments(seen: dict[str, Any]) -> None:
    assert seen["types"][:4] == [
        ["place", "VARCHAR", "Where it blows"],
        ["wind_speed", "DOUBLE", "Speed of the wind [m/s]"],
        ["severe", "BOOLEAN", "True where mines stand still"],
        [
            "timestamp",
            "TIMESTAMP WITH TIME ZONE",
            "The source's own time of the data where it has one, else when it was fetched",
        ],
    ]


def test_a_collection_fills_it_and_refuses_what_is_no_value(seen: dict[str, Any]) -> None:
    assert seen["failures"] == []
    assert seen["success"]
    assert seen["rows"] == [["storm_office", "Sichuan", 31.5, True, True], ["storm_office", "Texas", None, False, True]]
    assert [table for table, _ in seen["rejected"]] == ["storms"]
    assert seen["rejected"][0][1].startswith("wind_speed: ")


def test_it_is_checked(seen: dict[str, Any]) -> None:
    assert seen["checks"] == [
        ["enough_sources", True],
        ["fresh", True],
        ["no_duplicates", True],
        ["nothing_in_the_future", True],
    ]


def test_it_is_an_asset_of_its_group_with_units_and_freshness_in_both_jobs(seen: dict[str, Any]) -> None:
    assert seen["group"] == "chain"
    assert seen["description"] == "A storm over a mine. Collected every 5 minutes. Kept for 90 days."
    assert seen["late_after_minutes"] == 15
    assert seen["units"]["wind_speed"] == "Speed of the wind (m/s)"
    assert seen["jobs"] == ["ui_data_collection", "historical_data_collection"]
    assert seen["kept_days"] == 90


def test_it_is_documented(seen: dict[str, Any]) -> None:
    assert "| [storms](#storms) | A storm over a mine. | 5 |" in seen["page"]
    assert "### storms\n\nA storm over a mine.\n\n- Key: `source`, `place`, `timestamp`" in seen["page"]
    assert "| `wind_speed` | number | m/s | Speed of the wind |" in seen["page"]
