"""What the answers say to a person, in English and in Persian.

Belongs here: sentences.
Does not belong here: choosing one (api/worker.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Message(NamedTuple):
    """A sentence in English and in Persian."""

    en: str
    fa: str

    def about(self, **values: object) -> Message:
        """With the values put into both."""
        return Message(self.en.format(**values), self.fa.format(**values))

    def with_all(self, others: Iterable[Message]) -> Message:
        """With the others, one after another, put into both."""
        others = list(others)
        return self.about(en=" ".join(one.en for one in others), fa=" ".join(one.fa for one in others))

    def fields(self) -> dict[str, str]:
        """The two fields of an answer that hold it."""
        return {"message_en": self.en, "message_fa": self.fa}


RUNNING = Message("Data is being collected on schedule.", "گردآوری داده‌ها طبق زمان‌بندی در جریان است.")
NOT_RUNNING = Message("No data is being collected on schedule.", "در حال حاضر گردآوری زمان‌بندی‌شده‌ای در جریان نیست.")

STARTED = Message("Both schedules are on now.", "هر دو زمان‌بندی فعال شدند.")
ALREADY_STARTED = Message("Both schedules were on already.", "هر دو زمان‌بندی از پیش فعال بودند.")
STOPPED = Message("Both schedules are off now.", "هر دو زمان‌بندی متوقف شدند.")
ALREADY_STOPPED = Message("Both schedules were off already.", "هر دو زمان‌بندی از پیش متوقف بودند.")

FORCED = Message("The collection was started: {type}.", "گردآوری آغاز شد: {type}.")
JOINED = Message(
    "A collection was under way already and counts as this one: {type}.",
    "یک گردآوری از پیش در جریان بود و همان به جای این درخواست به شمار می‌آید: {type}.",
)
PARTLY_JOINED = Message(
    "One collection was under way already and counts as asked for, the other was started: {type}.",
    "یکی از گردآوری‌ها از پیش در جریان بود و دیگری آغاز شد: {type}.",
)

STATISTICS = Message("What was collected so far.", "آمار داده‌هایی که تاکنون گردآوری شده است.")
AS_THEY_WERE = Message(
    "The database is in use by another program; the numbers are as they were {seconds} s ago.",
    "پایگاه داده در اختیار برنامهٔ دیگری است؛ این اعداد مربوط به {seconds} ثانیه پیش است.",
)
SCHEDULES = Message("When data is collected.", "زمان‌بندی گردآوری داده‌ها.")

HEALTHY = Message("Everything works.", "همه چیز درست کار می‌کند.")
SWITCHED_OFF = Message(
    "Both schedules are off: nothing is collected.", "هر دو زمان‌بندی متوقف‌اند و داده‌ای گردآوری نمی‌شود."
)
DEGRADED = Message("Not everything works: {en}", "بخشی از سامانه درست کار نمی‌کند: {fa}")
DOWN = Message("The system cannot be reached: {error}", "سامانه در دسترس نیست: \u2068{error}\u2069")

NOT_TICKING = Message(
    "Dagster's daemon does not tick: nothing that is scheduled runs.",
    "سرویس زمان‌بندی Dagster پاسخ نمی‌دهد و هیچ کار زمان‌بندی‌شده‌ای اجرا نمی‌شود.",
)
IS_OFF = Message("The schedule {schedule} is off.", "زمان‌بندی {schedule} متوقف است.")
NOTHING_YET = Message("No collection has ended yet.", "هنوز هیچ گردآوری‌ای به پایان نرسیده است.")
ALL_FAILED = Message(
    "Every source failed in the last collection of {job} ({run}).",
    "در آخرین گردآوری {job} ({run}) هیچ منبعی پاسخ درست نداد.",
)
RUN_FAILED = Message("The last run of {job} failed ({run}).", "آخرین اجرای {job} ({run}) ناموفق بود.")
HELD = Message(
    "{reason} New rows wait in the spool.",
    "پایگاه داده در اختیار برنامهٔ دیگری است و ردیف‌های تازه در صف نوشتن می‌مانند.",
)
