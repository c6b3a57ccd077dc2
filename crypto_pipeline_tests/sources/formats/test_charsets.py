"""Bodies become text in the charset in which they were written, whoever names it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.sources.formats.charsets import text_of

PERSIAN = "قیمت بیت‌کوین"


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("windows-1251", "cp1251"),
        ("WINDOWS-1251", "cp1251"),
        ("x-cp1251", "cp1251"),
        ("cp1251", "cp1251"),
        ("koi8-r", "koi8-r"),
        ("iso-8859-5", "iso8859_5"),
        ("x-mac-cyrillic", "mac-cyrillic"),
    ],
)
@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_the_header_names_a_charset_by_any_label_that_browsers_know(label: str, written: str, quote: str) -> None:
    assert (
        text_of("Курс биткоина".encode(written), f"text/xml; Charset = {quote}{label}{quote}; x=1") == "Курс биткоина"
    )


@pytest.mark.parametrize(
    ("label", "written", "text"),
    [
        ("iso-8859-1", "cp1252", "“café”"),
        ("latin1", "cp1252", "“café”"),
        ("us-ascii", "cp1252", "“café”"),
        ("iso-8859-9", "cp1254", "“ığş”"),
        ("gb2312", "gb18030", "比特币突破镕"),
        ("shift_jis", "cp932", "ビットコイン①"),
        ("euc-kr", "cp949", "비트코인 똠"),
        ("big5", "big5hkscs", "比特幣"),
        ("iso-2022-jp", "iso2022_jp", "ビットコイン"),
    ],
)
def test_a_label_means_what_is_written_in_its_name(label: str, written: str, text: str) -> None:
    assert text_of(text.encode(written), f"text/xml; charset={label}") == text
    document = f'<?xml version="1.0" encoding="{label}"?><a>{text}</a>'
    assert text_of(document.encode(written)) == document


def test_the_header_goes_before_the_declaration_and_a_mark_before_both() -> None:
    document = '<?xml version="1.0" encoding="windows-1252"?><a>Курс</a>'
    assert text_of(document.encode("cp1251"), "text/xml; charset=windows-1251") == document
    for marked in ("utf-8-sig", "utf-16", "utf-32"):
        assert text_of(document.encode(marked), "text/xml; charset=windows-1251") == document


@pytest.mark.parametrize(
    "content_type", ["", "text/xml", "text/xml; charset=iso-8859-1", "text/xml; charset=windows-1251"]
)
def test_what_is_utf8_is_read_as_utf8_whatever_is_declared(content_type: str) -> None:
    document = f'<?xml version="1.0" encoding="gb2312"?><a>{PERSIAN}</a>'
    assert text_of(document.encode(), content_type) == document


@pytest.mark.parametrize("content_type", ["", "text/xml; charset=utf-8", "text/xml; charset=ISO-8859-1"])
@pytest.mark.parametrize("stray", [b"\x96", b"\xff", b"\xc3", b"\xe9"])
def test_a_stray_byte_costs_itself_and_not_the_text_around_it(stray: bytes, content_type: str) -> None:
    body = f"<a>{PERSIAN} ".encode() + stray + f" {PERSIAN}</a>".encode()
    assert text_of(body, content_type) == f"<a>{PERSIAN} \ufffd {PERSIAN}</a>"


def test_a_stray_byte_in_another_charset_costs_itself_too() -> None:
    text = "比特币突破十万美元" * 3
    body = text.encode("gb18030") + b"\xff " + text.encode("gb18030")
    assert text_of(body, "text/xml; charset=gbk") == f"{text}\ufffd {text}"


@pytest.mark.parametrize(("good", "is_utf8"), [(2, False), (3, True)])
def test_undeclared_text_is_utf8_up_to_a_quarter_of_broken_characters(good: int, is_utf8: bool) -> None:
    assert ("é" * good in text_of("é".encode() * good + b" \xe9")) is is_utf8


@pytest.mark.parametrize(("good", "is_utf8"), [(0, False), (1, True)])
def test_declared_text_is_utf8_up_to_a_half_of_broken_characters(good: int, is_utf8: bool) -> None:
    text = text_of("é".encode() * good + b" \xe9", "text/plain; charset=utf-8")
    assert (text == f"{'é' * good} \ufffd") is is_utf8


@pytest.mark.parametrize(("broken", "is_japanese"), [(198, True), (202, False)])
def test_a_text_is_in_the_charset_that_its_beginning_looks_like_up_to_a_tenth_of_broken_characters(
    broken: int, is_japanese: bool
) -> None:
    eighteen = "ビットコインの価格は今日も大きく上昇"
    text = text_of(f"{eighteen}\n".encode("shift_jis") * 100 + b"\x81\n" * broken)
    assert text.startswith(eighteen) is is_japanese


@pytest.mark.parametrize(("blanks", "is_read"), [(960, True), (1024, False)])
def test_a_document_declares_its_charset_within_the_first_thousand_bytes(blanks: int, is_read: bool) -> None:
    document = b" " * blanks + '<?xml version="1.0" encoding="windows-1251"?><a>Рост</a>'.encode("cp1251")
    assert ("Рост" in text_of(document)) is is_read


@pytest.mark.parametrize(
    "label", ["utf-8", "no-such-charset", "punycode", "utf-7", "zlib", "utf-16", "x-user-defined", ""]
)
def test_bytes_that_fit_nothing_that_is_declared_are_western(label: str) -> None:
    body = b"<a>\x93quoted\x94 \x96 caf\xe9</a>"
    assert text_of(body, f"text/html; charset={label}") == "<a>“quoted” – café</a>"


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_wide_xml_is_recognised_without_a_mark(charset: str) -> None:
    assert text_of("<a>قیمت</a>".encode(charset)) == "<a>قیمت</a>"


@given(st.binary(max_size=200), st.text(max_size=40))
def test_any_body_becomes_a_text(body: bytes, label: str) -> None:
    assert isinstance(text_of(body, f"text/xml; charset={label}"), str)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff\x00"), max_size=60))
def test_utf8_comes_back_as_it_was_written(text: str) -> None:
    assert text_of(text.encode(), "text/plain; charset=windows-1251") == text


UNDECLARED = [
    ("gb18030", "比特币价格突破十万美元，市场情绪高涨"),
    ("big5", "比特幣價格突破十萬美元，市場情緒高漲"),
    ("cp932", "ビットコイン価格が10万ドルを突破、市場は楽観"),
    ("euc_jp", "ビットコイン価格が10万ドルを突破、市場は楽観"),
    ("cp949", "비트코인 가격이 10만 달러를 돌파했다"),
    ("cp1251", "Биткоин вырос выше ста тысяч долларов"),
    ("koi8_r", "Биткоин вырос выше ста тысяч долларов"),
    ("cp1256", "بيتكوين تتجاوز مئة الف دولار في تداولات اليوم"),
    ("cp1253", "Το Bitcoin ξεπέρασε τις εκατό χιλιάδες"),
    ("cp1254", "Bitcoin yüz bin doları aştı, yatırımcılar şaşkın"),
    ("cp1252", "Bitcoin fällt – Anleger flüchten für kurze Zeit in „Stablecoins“"),
]


@pytest.mark.parametrize(("charset", "title"), UNDECLARED)
@pytest.mark.parametrize("content_type", ["", "text/xml", "text/xml; charset=utf-8"])
def test_a_text_that_says_nothing_of_its_charset_is_read_by_its_bytes(
    charset: str, title: str, content_type: str
) -> None:
    long_before = "<rss><!-- " + "x" * 150_000 + f" --><item><title>{title}</title></item></rss>"
    for document in (f'<?xml version="1.0"?><rss><item><title>{title}</title></item></rss>', long_before):
        assert text_of(document.encode(charset), content_type) == document


@pytest.mark.parametrize(
    "title", ["Bitcoin “surges” past $100k – analysts", "naïve résumé à Genève où élève forêt", "cafés", "«Año» — Perú"]
)
def test_a_few_accents_are_those_of_the_west(title: str) -> None:
    assert text_of(f"<title>{title}</title>".encode("cp1252")) == f"<title>{title}</title>"


@pytest.mark.parametrize(("letters", "is_told"), [(7, False), (8, True)])
def test_eight_bytes_tell_the_charset(letters: int, is_told: bool) -> None:
    title = "биткоину"[:letters]
    assert (text_of(title.encode("cp1251")) == title) == is_told
