"""Names of months and weekdays in the languages of the feeds that are read, and the small words beside them.

Belongs here: the words, casefolded; short forms as the common publishing systems write them.
Does not belong here: how a date is put together (sources/formats/dates.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_MONTHS = (
    # January to December, one row for each set of forms
    "january february march april may june july august september october november december",  # English
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "jan feb mar apr may jun jul aug sept oct nov dec",
    "januar februar märz april mai juni juli august september oktober november dezember",  # German
    "jan feb mär apr mai jun jul aug sep okt nov dez",
    "jänner feber mrz apr mai juni juli aug sept okt nov dez",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",  # Spanish
    "ene feb mar abr may jun jul ago set oct nov dic",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",  # Portuguese
    "jan fev mar abr mai jun jul ago set out nov dez",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",  # French
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",  # Italian
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",  # Russian
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "янв фев мар апр мая июн июл авг сен окт ноя дек",
    "янв февр март апр май июнь июль авг сент окт нояб дек",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",  # Turkish
    "oca şub mar nis may haz tem ağu eyl eki kas ara",
    "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",  # Persian, of the Gregorian calendar
    "ژانویه فوریه مارس آپریل می ژوئن جولای آگوست سپتامبر اکتبر نوامبر دسامبر",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",  # Arabic
    "يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر",
)

_PERSIAN_MONTHS = ("فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند", "- - - - امرداد - - - - - - -")

_WEEKDAYS = (
    # Monday to Sunday
    "monday tuesday wednesday thursday friday saturday sunday",
    "mon tue wed thu fri sat sun",
    "mon tues wednes thur fri sat sun",
    "mon tue weds thurs fri sat sun",
    "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "mo di mi do fr sa so",
    "lunes martes miércoles jueves viernes sábado domingo",
    "lun mar mié jue vie sáb dom",
    "segunda terça quarta quinta sexta sábado domingo",
    "seg ter qua qui sex sáb dom",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lun mar mer jeu ven sam dim",
    "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "lun mar mer gio ven sab dom",
    "понедельник вторник среда четверг пятница суббота воскресенье",
    "пн вт ср чт пт сб вс",
    "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "pzt sal çar per cum cmt paz",
    "دوشنبه سهشنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه",  # Persian
    "الاثنین الثلاثاء الأربعاء الخمیس الجمعة السبت الأحد",  # Arabic
)

FOLDED: Mapping[int, str | None] = {
    ord("ي"): "ی",
    ord("ك"): "ک",
    ord("ى"): "ی",
    ord("\u200c"): None,
    ord("\u200f"): None,
    ord("\u200e"): None,
    ord("،"): ",",
}
"""Letters that Persian and Arabic keyboards write in two ways, and marks that are not seen, for ``str.translate``."""


def _places(rows: Sequence[str], first: int) -> Mapping[str, int]:
    return {word.translate(FOLDED): place for row in rows for place, word in enumerate(row.split(), first)}


MONTHS: Mapping[str, int] = _places(_MONTHS, 1)
"""1 to 12. "mar" is a month here and a weekday below: which, its place in the date tells."""

PERSIAN_MONTHS: Mapping[str, int] = _places(_PERSIAN_MONTHS, 1)
"""1 to 12, Farvardin to Esfand."""

WEEKDAYS: Mapping[str, int] = _places(_WEEKDAYS, 0)
"""Monday is 0. They are only words at the beginning of a date."""

FILLERS = frozenset(
    [
        "at",
        "on",
        "of",
        "the",
        "um",
        "den",
        "de",
        "del",
        "a",
        "las",
        "às",
        "à",
        "le",
        "il",
        "alle",
        "г",
        "года",
        "в",
        "saat",
        "ساعت",
        "در",
    ]
)
"""Words between the parts of a date that say nothing."""
