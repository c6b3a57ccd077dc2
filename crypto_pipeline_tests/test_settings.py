"""Settings from the environment, and the one sentence for each that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto_pipeline.settings import SettingsError, load_settings


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
    assert len(settings.universe.listed) == 100
    assert settings.candle_intervals == ("1h", "1d")


@pytest.mark.parametrize("url", ["duckdb:////somewhere/x.duckdb", "/somewhere/x.duckdb"])
def test_the_database_is_a_url_or_a_plain_path(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRYPTO_PIPELINE_DATABASE_URL", url)
    assert load_settings().database == Path("/somewhere/x.duckdb")


def test_the_tracked_coins_are_a_list_or_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRYPTO_PIPELINE_SYMBOLS", "btc, eth,UNHEARDOF")
    universe = load_settings().universe
    assert universe.listed == ("BTC", "ETH", "UNHEARDOF")
    assert "SOL" not in universe
    monkeypatch.setenv("CRYPTO_PIPELINE_SYMBOLS", "all")
    assert "ANYTHING" in load_settings().universe


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
        ("DATABASE_URL", "postgresql://localhost/x", "other databases are not supported yet"),
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
