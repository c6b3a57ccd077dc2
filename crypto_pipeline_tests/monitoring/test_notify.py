"""Who is told: one message when an alert opens, one when it is over."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
from dataclasses import replace
from unittest.mock import MagicMock, patch

import pytest

from crypto_pipeline.monitoring import notify
from crypto_pipeline.monitoring.alerts import Alert
from crypto_pipeline.monitoring.notify import Sender, messages, send
from crypto_pipeline.replay.server import ServedResponse, running_server
from crypto_pipeline_tests.monitoring.endpoint import running_service
from crypto_pipeline_tests.monitoring.moments import NOON, minutes

OPEN = Alert("disk_nearly_full", "error", "0.5 GB are free", NOON, NOON)
NOBODY = Sender()
OVER = replace(OPEN, resolved_at=minutes(42))


def many(number: int) -> list[Alert]:
    return [replace(OPEN, condition=f"source_failing.s{one}", severity="warning") for one in range(number)]


def test_an_alert_that_opens_is_one_message_and_one_that_is_over_another() -> None:
    opened, resolved = messages([OPEN], [OVER], Sender("bank one", "https://bank.example.org/"))
    assert opened.title == "Crypto data bank (bank one): disk_nearly_full"
    assert opened.body == f"0.5 GB are free. [{OPEN.id}]\nhttps://bank.example.org/"
    assert opened.severity == "error"
    assert resolved.title == "Crypto data bank (bank one): Resolved: disk_nearly_full"
    assert resolved.body.startswith("Over since 2026-11-24 12:42 UTC, after 42 minutes. It was: 0.5 GB are free.")
    assert resolved.severity == "success"


def test_when_nothing_changed_nobody_is_told() -> None:
    assert messages([], [], NOBODY) == []


def test_many_alerts_at_once_are_one_message() -> None:
    (one,) = messages([*many(300), OPEN], [], NOBODY)
    assert one.title == "Crypto data bank: 301 alerts open"
    assert one.severity == "error"
    assert one.body.endswith("and 281 more: crypto-pipeline alerts --all")
    assert [len(messages(many(number), [], NOBODY)) for number in (5, 6)] == [5, 1]


def test_a_message_arrives_at_every_address(caplog: pytest.LogCaptureFixture) -> None:
    with running_service() as first, running_service() as second:
        assert send(f"{first.url} {second.url}", messages([OPEN], [], NOBODY)) == 1
    for service in (first, second):
        (heard,) = service.heard
        assert heard["title"] == "Crypto data bank: disk_nearly_full"
        assert heard["message"].startswith("0.5 GB are free")
        assert heard["type"] == "failure"
    assert "did not arrive" not in caplog.text


def test_messages_that_did_not_arrive_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    statuses = iter([200, 500, 200])
    with running_server(lambda request: ServedResponse(next(statuses))) as address:
        service = address.replace("http://", "json://")
        assert send(service, messages(many(3), [], NOBODY)) == 2
    assert "1 of 3 alert messages did not arrive everywhere." in caplog.text


def test_when_the_time_for_messages_is_over_no_other_is_sent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(notify, "SECONDS", -1)
    with running_service() as service:
        assert send(service.url, messages(many(2), [], NOBODY)) == 0
    assert service.heard == []
    assert "2 of 2 alert messages did not arrive everywhere." in caplog.text


@pytest.mark.parametrize("urls", ["nonsense://secret-word", "%%%secret-word", "json://"])
def test_an_address_that_nobody_knows_is_a_warning_without_the_address(
    urls: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert send(urls, messages([OPEN], [], NOBODY)) == 0
    assert "CRYPTO_PIPELINE_ALERT_URLS" in caplog.text
    assert "secret-word" not in caplog.text


def test_a_service_that_fails_fails_nothing_and_its_address_is_in_no_log_line(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        silent = f"json://someone:secret-word@127.0.0.1:{nobody.getsockname()[1]}/secret-word"
        with running_service(status=500) as ill, running_service() as well, caplog.at_level(logging.DEBUG):
            assert send(f"{silent}, {ill.url}, {well.url}", messages([OPEN], [], NOBODY)) == 0
    assert len(well.heard) == 1
    assert "1 of 1 alert messages did not arrive everywhere" in caplog.text
    assert "secret-word" not in caplog.text + "".join(capfd.readouterr())


def test_without_an_address_apprise_is_not_even_loaded() -> None:
    program = (
        "import sys; from datetime import datetime, timezone;"
        "from crypto_pipeline.monitoring.notify import Message, send;"
        "print(send('', [Message('a', 'b', 'error')]), 'apprise' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["0", "False"]


def test_services_that_speak_html_get_text_escaped_and_no_control_characters() -> None:
    answer = MagicMock(status_code=200, content=b'{"ok": true}')
    alert = replace(OPEN, message="no <token> & \x1b[31m[/x]")
    with patch("requests.post", return_value=answer) as post:
        assert send("tgram://123456789:abcdefg_hijklmnop/12315544/", messages([alert], [], NOBODY)) == 1
    sent = json.loads(post.call_args.kwargs["data"])
    assert sent["parse_mode"] == "HTML"
    assert r"no &lt;token&gt; &amp; \x1b[31m[/x]. [" in sent["text"]
