"""Settings from the environment, and the one sentence for each that cannot be used."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from crypto_pipeline import setting_types
from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.settings import SettingsError, load_settings, misspelt_variables


@pytest.fixture(autouse=True)
def _an_empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No .env of a developer and no variable of their shell takes part."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CRYPTO_PIPELINE_DATA_DIR", raising=False)


def test_everything_has_a_default(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.data_dir == tmp_path / "data"
    assert settings.database == tmp_path / "data" / "crypto_data.duckdb"
    assert (settings.ui_port, settings.api_port) == (3000, 7860)
    assert settings.candle_intervals == ("1h", "1d")


def test_a_clock_that_stands_at_its_beginning_spoils_no_default(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Stopped:
            return cls(1970, 1, 1, tzinfo=tz)

    monkeypatch.setattr(setting_types, "datetime", Stopped)
    assert load_settings().past_since == "2017-01-01"
    monkeypatch.setenv("CRYPTO_PIPELINE_PAST_SINCE", "2020-01-01")
    with pytest.raises(SettingsError, match="should be a day that is over"):
        load_settings()


@pytest.mark.parametrize("folder", ["it's", 'd"q', "sp ace", "بانک", "100%", "a%zz", "h#y", "$HOME", "{env}", "star*"])
def test_other_characters_than_those_of_addresses_may_be_in_the_name_of_the_folder(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRYPTO_PIPELINE_DATA_DIR", str(tmp_path / folder))
    with open_instance(load_settings()) as instance:
        assert instance.get_runs() == []
    assert (tmp_path / folder / "dagster" / "history" / "runs.db").is_file()


def test_a_folder_that_cannot_be_an_address_is_told_also_where_it_is_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a%41b").mkdir()
    monkeypatch.chdir(tmp_path / "a%41b")
    with pytest.raises(SettingsError, match=r"CRYPTO_PIPELINE_DATA_DIR='data' cannot be used: .*/a%41b/data, because"):
        load_settings()


@pytest.mark.parametrize("url", ["duckdb:////somewhere/x.duckdb", "/somewhere/x.duckdb"])
def test_the_database_is_a_url_or_a_plain_path(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRYPTO_PIPELINE_DATABASE_URL", url)
    assert load_settings().database == Path("/somewhere/x.duckdb")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_a_shared_postgresql_leaves_the_file_in_the_data_folder(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRYPTO_PIPELINE_DATABASE_URL", f"{scheme}://user:pass@localhost/crypto_db")
    settings = load_settings()
    assert settings.database == tmp_path / "data" / "crypto_data.duckdb"
    assert settings.hub_url == f"{scheme}://user:pass@localhost/crypto_db"
    assert "pass" not in repr(settings) + str(settings)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:hun/ter2@host/db",
        "postgresql://user:hun#ter2@host/db",
        "postgresql://user:hun?ter2@host/db",
        "postgresql://user:hun@ter2@host/db",
        "postgresql://user:hunter2@host",
        "postgresql://user:hunter2@host/a/b",
        "postgresql://user:hunter2@host/d b",
        "postgresql+psycopg://user:hunter2@host/db",
        "postgressql://user:hunter2@host/db?password=hunter2",
    ],
)
def test_a_password_is_in_no_sentence_about_its_address(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRYPTO_PIPELINE_DATABASE_URL", url)
    with pytest.raises(SettingsError, match=r"CRYPTO_PIPELINE_DATABASE_URL='postgres.*cannot be used") as caught:
        load_settings()
    assert "hun" not in str(caught.value)
    assert "ter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("region", "regions", "reason"),
    [
        ("asia", "eu,us", "CRYPTO_PIPELINE_REGION is 'asia', which is none of them"),
        ("asia", "", "CRYPTO_PIPELINE_REGION is 'asia', which is none of them"),
        ("", "eu", "CRYPTO_PIPELINE_REGION does not say in which of them this machine is"),
        ("eu", "eu,EU", "'EU' is no name of a region"),
        ("eu", "eu,asia,eu", "it names a region twice"),
        ("eu", "eu=de,eu=us", "it names a region twice"),
        ("home", "home=USA,eu", "'USA' is no country"),
    ],
)
def test_a_region_is_one_of_the_regions(
    region: str, regions: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRYPTO_PIPELINE_DATABASE_URL", "postgresql://user:pass@localhost/crypto_db")
    monkeypatch.setenv("CRYPTO_PIPELINE_REGION", region)
    monkeypatch.setenv("CRYPTO_PIPELINE_REGIONS", regions)
    with pytest.raises(SettingsError, match=rf"^CRYPTO_PIPELINE_REGIONS='{regions}' cannot be used: {reason}"):
        load_settings()


def test_where_no_region_is_named_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (load_settings().region, load_settings().region_names) == ("", ())
    monkeypatch.setenv("CRYPTO_PIPELINE_REGION", "eu")
    monkeypatch.setenv("CRYPTO_PIPELINE_REGIONS", "eu")
    assert (load_settings().region, load_settings().region_names) == ("eu", ("eu",))


def test_a_region_is_where_its_name_says_or_in_the_country_that_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRYPTO_PIPELINE_DATABASE_URL", "postgresql://user:pass@localhost/crypto_db")
    monkeypatch.setenv("CRYPTO_PIPELINE_REGION", "virginia")
    monkeypatch.setenv("CRYPTO_PIPELINE_REGIONS", "virginia=us, eu")
    assert load_settings().region_names == ("virginia", "eu")
    assert load_settings().region_places == {"virginia": "us", "eu": "eu"}


def test_a_file_named_dot_env_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CRYPTO_PIPELINE_UI_PORT=3100\nETHERSCAN_API_KEY=abc\n")
    assert load_settings().ui_port == 3100


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("UI_PORT", "99999", "CRYPTO_PIPELINE_UI_PORT='99999' cannot be used"),
        ("UI_PORT", "many", "CRYPTO_PIPELINE_UI_PORT='many' cannot be used"),
        ("GATEWAY_URL", "127.0.0.1:8899", "should look like http://127.0.0.1:8899"),
        ("UI_CRON", "every 5 minutes", "should be a cron expression of five fields"),
        ("UI_CRON", "99 * * * *", "should be a cron expression of five fields"),
        ("INTERVALS", "7h", "should be some of 1m"),
        ("DATABASE_URL", "mysql://localhost/x", "should be duckdb:///PATH, a plain path or postgresql://"),
        ("DATABASE_URL", "/tmp/what?/x.duckdb", "DuckDB reads the '?' in it as something else"),
        ("DATA_DIR", "/tmp/a%41b", "Dagster's databases cannot be in /tmp/a%41b, because of the '%41' in it"),
        ("DATA_DIR", "/tmp/what?", "because of the '?' in it"),
        ("DATA_DIR", r"/tmp/back\slash", r"because of the '\\' in it"),
        ("LOG_FORMAT", "xml", "CRYPTO_PIPELINE_LOG_FORMAT='xml' cannot be used"),
        ("WHALE_USD", "-1", "CRYPTO_PIPELINE_WHALE_USD='-1' cannot be used"),
        ("REQUEST_SECONDS", "0", "CRYPTO_PIPELINE_REQUEST_SECONDS='0' cannot be used"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_sentence(
    name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"CRYPTO_PIPELINE_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_mark_of_the_encoding_at_its_beginning_is_part_of_no_name(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfCRYPTO_PIPELINE_UI_PORT=3100\n")
    assert load_settings().ui_port == 3100
    assert misspelt_variables() == []


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("CRYPTO_PIPELINE_UI_PORT=3100\n# für Zürich\n".encode("latin-1"), 2),
        ("CRYPTO_PIPELINE_UI_PORT=3100\n".encode("utf-16"), 1),
        (b"CRYPTO_PIPELINE_UI_PORT=31\x0000\n", 1),
        (bytes(range(1, 256)), 2),
    ],
)
def test_a_file_named_dot_env_that_is_no_text_is_named_in_one_sentence(
    content: bytes, line: int, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == f"{tmp_path / '.env'} is no text in UTF-8 (line {line}): save it as UTF-8."
    assert misspelt_variables() == []


def test_a_folder_named_dot_env_is_somebody_s_environment_and_no_file_of_ours(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert load_settings().ui_port == 3000


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("CRYPTO_PIPELINE_UI_PROT", "did you mean CRYPTO_PIPELINE_UI_PORT?"),
        ("CRYPTO_PIPLINE_SYMBOLS", "did you mean CRYPTO_PIPELINE_SYMBOLS?"),
        ("CRYPTO_PIPELINE_WEATHER", "docs/configuration.md has them all."),
        ("crypto_pipeline_source_off", "did you mean CRYPTO_PIPELINE_SOURCES_OFF?"),
    ],
)
def test_a_misspelt_variable_is_named_with_what_it_may_have_meant(
    name: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [f"{name} is no setting; {says}"]
    monkeypatch.setenv(name, "1")
    assert misspelt_variables() == expected
    monkeypatch.delenv(name)
    (tmp_path / ".env").write_text(f"{name}=1\n")
    assert misspelt_variables() == expected


@pytest.mark.parametrize("name", ["crypto_pipeline_ui_port", "CRYPTO_PIPELINE_STARTED_BY", "ETHERSCAN_API_KEY", "PATH"])
def test_what_is_a_setting_or_nothing_of_ours_is_no_slip(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    assert misspelt_variables() == []


def test_the_password_in_an_address_that_cannot_be_used_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRYPTO_PIPELINE_GATEWAY_URL", "ftp://me:s3cr@t@gateway.example")
    with pytest.raises(SettingsError, match=r"'ftp://\.\.\.@gateway\.example' cannot be used"):
        load_settings()
