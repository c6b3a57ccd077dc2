"""Telling people about alerts, through Apprise. https://appriseit.com

Belongs here: which messages are sent, and sending them.
Does not belong here: when an alert opens and ends (monitoring/alerts.py).

The addresses hold passwords and tokens: they are in no log line, no table and no error.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crypto_pipeline.foundation.printable import printable
from crypto_pipeline.monitoring.alerts import Alert

log = logging.getLogger(__name__)

SINGLY = 5
"""More alerts than these at once come as one message: a lost connection to the internet is one event, not five hundred."""
LISTED = 20
SECONDS = 20.0
"""For all messages of a look: a service that hangs costs Apprise some seconds each time, and the next look is due."""
NAME = "Crypto data bank"


@dataclass(frozen=True, slots=True)
class Message:
    """What a notification service is sent: one alert, or the sum of many."""

    title: str
    body: str
    severity: str
    """error, warning, or success for what is over; the services that know colours show it."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The data bank that speaks: its name, and the page on which the alert is seen."""

    name: str = ""
    page: str = ""

    @property
    def title(self) -> str:
        """How each title begins."""
        return f"{NAME} ({self.name})" if self.name else NAME

    def signed(self, body: str) -> str:
        """The body with the address of the page."""
        return f"{body}\n{self.page}" if self.page else body


def messages(opened: Sequence[Alert], resolved: Sequence[Alert], sender: Sender) -> list[Message]:
    """One message for each alert that opens and one for each that is over, unless many come at once."""
    return [*_messages(opened, "", "open", sender), *_messages(resolved, "Resolved: ", "resolved", sender)]


def _messages(alerts: Sequence[Alert], before: str, what: str, sender: Sender) -> Iterable[Message]:
    def severity(alert: Alert) -> str:
        return alert.severity if alert.is_open else "success"

    if len(alerts) <= SINGLY:
        for alert in alerts:
            yield Message(
                f"{sender.title}: {before}{alert.condition}", sender.signed(_sentence(alert)), severity(alert)
            )
        return
    worst = min((severity(alert) for alert in alerts), key=("error", "warning", "success").index)
    lines = [f"{alert.condition}: {_sentence(alert)}" for alert in alerts[:LISTED]]
    if len(alerts) > LISTED:
        lines.append(f"and {len(alerts) - LISTED} more: crypto-pipeline alerts --all")
    yield Message(f"{sender.title}: {len(alerts)} alerts {what}", sender.signed("\n".join(lines)), worst)


def _sentence(alert: Alert) -> str:
    if alert.resolved_at is None:
        return f"{alert.message}. [{alert.id}]"
    lasted = alert.resolved_at - alert.first_seen_at
    return f"Over since {alert.resolved_at:%Y-%m-%d %H:%M} UTC, after {lasted.total_seconds() / 60:.0f} minutes. It was: {alert.message}. [{alert.id}]"


def is_understood(urls: str) -> bool:
    """Whether Apprise knows a service for each of the addresses. None of them is asked."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    import apprise

    return bool(apprise.Apprise().add(urls))


def send(urls: str, outgoing: Sequence[Message]) -> int:
    """Send the messages and give the number that arrived everywhere. Nothing that goes wrong here is raised."""
    if not urls or not outgoing:
        return 0
    # Apprise prints the address of a service that fails into its log lines.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    import apprise

    kinds = {"error": apprise.NotifyType.FAILURE, "success": apprise.NotifyType.SUCCESS}
    sent = 0
    try:
        services = apprise.Apprise()
        if not services.add(urls):
            log.warning("CRYPTO_PIPELINE_ALERT_URLS has an address that Apprise does not know; see its documentation.")
        give_up = time.monotonic() + SECONDS
        for message in outgoing:
            if time.monotonic() > give_up:
                break
            kind = kinds.get(message.severity, apprise.NotifyType.WARNING)
            sent += bool(
                services.notify(
                    title=printable(message.title),
                    body=printable(message.body),
                    notify_type=kind,
                    body_format=apprise.NotifyFormat.TEXT,  # services that speak HTML get it escaped: <token> is no tag
                )
            )
    except Exception as error:  # a hundred services with clients of their own: whatever they raise is theirs
        log.warning("Alerts could not be sent: %s", type(error).__name__)
    if sent < len(outgoing):
        log.warning("%d of %d alert messages did not arrive everywhere.", len(outgoing) - sent, len(outgoing))
    return sent
