"""The pages as Markdown: headings, links, blocks of code, and the commands in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from crypto_pipeline_tests.project import PROJECT

COMMANDS = frozenset({"sh", "bash", "console", "shell"})
"""Languages of blocks whose lines a person types."""
NOT_RUN = frozenset({"", "json", "jsonl", "mermaid"})
"""Languages of blocks that are for looking at."""

_MARKDOWN = MarkdownIt().enable("table")
_BLOCKS = MarkdownIt()
"""Where blocks are, without what the text between them says: each process that collects the tests reads all pages for them."""
_BLOCKS.core.ruler.enableOnly(["normalize", "block"])
_ANCHOR = re.compile(r'<a id="([^"]+)"')
_IMAGE = re.compile(r'<img[^>]+src="([^"]+)"')


class Block(NamedTuple):
    page: str
    line: int
    language: str
    code: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


class Asked(NamedTuple):
    """What a curl command asks."""

    method: str
    url: str
    headers: dict[str, str]

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


class Heading(NamedTuple):
    level: int
    anchor: str


@dataclass(frozen=True)
class Page:
    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(PROJECT).as_posix()

    @property
    def is_translated(self) -> bool:
        return self.name.endswith(".fa.md") or self.name.startswith("docs/fa/")

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def tokens(self) -> list[Token]:
        return _MARKDOWN.parse(self.text)

    @cached_property
    def inline(self) -> list[Token]:
        return [child for token in self.tokens for child in token.children or ()]

    @cached_property
    def blocks(self) -> list[Block]:
        return [
            Block(self.name, token.map[0] + 1 if token.map else 0, token.info.strip(), token.content)
            for token in _BLOCKS.parse(self.text)
            if token.type in {"fence", "code_block"}
        ]

    @cached_property
    def code_in_text(self) -> list[str]:
        return [token.content for token in self.inline if token.type == "code_inline"]

    @cached_property
    def headings(self) -> list[Heading]:
        """With the anchors that GitHub gives them."""
        found: list[Heading] = []
        used: dict[str, int] = {}
        for opening, content in zip(self.tokens, self.tokens[1:], strict=False):
            if opening.type == "heading_open":
                text = "".join(
                    child.content for child in content.children or () if child.type in {"text", "code_inline"}
                )
                slug = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
                again = used.get(slug, 0)
                used[slug] = again + 1
                found.append(Heading(int(opening.tag[1]), f"{slug}-{again}" if again else slug))
        return found

    @cached_property
    def anchors(self) -> set[str]:
        return {heading.anchor for heading in self.headings} | set(_ANCHOR.findall(self.text))

    @cached_property
    def links(self) -> list[str]:
        """Addresses of links and images, as they stand."""
        linked = [str(token.attrGet("href")) for token in self.inline if token.type == "link_open"]
        shown = [str(token.attrGet("src")) for token in self.inline if token.type == "image"]
        return [*linked, *shown, *_IMAGE.findall(self.text)]


@cache
def pages() -> tuple[Page, ...]:
    """README, CONTRIBUTING and docs, in every language, English first; each is read once."""
    files = [*PROJECT.glob("README*.md"), *PROJECT.glob("CONTRIBUTING*.md"), *(PROJECT / "docs").rglob("*.md")]
    return tuple(sorted(map(Page, files), key=lambda page: (page.is_translated, page.name)))


def commands(code: str) -> Iterator[str]:
    """The commands of a block one by one: a line, or several that a quote or a backslash holds together."""
    held = ""
    for line in code.splitlines():
        held += line
        if held.endswith("\\"):
            held = f"{held[:-1]} "
            continue
        try:
            words = shlex.split(held, comments=True)
        except ValueError:  # a quote is still open
            held += "\n"
            continue
        if words:
            yield held
        held = ""
    assert not held.strip(), f"a quote is never closed: {held}"


def words(command: str) -> list[str]:
    """The program and its arguments, without variables before it and redirections after it."""
    split = shlex.split(command, comments=True)
    while split and re.fullmatch(r"[A-Z_]+=.*", split[0]):
        del split[0]
    for mark in (">", "|", "&", "&&"):
        if mark in split:
            split = split[: split.index(mark)]
    return split


def asked(command: str) -> Asked:
    """The request of a curl command. An option that nobody has thought of here is refused."""
    method, url, headers = "GET", "", {}
    more: list[tuple[str, str]] = []
    _, *arguments = words(command)
    while arguments:
        argument = arguments.pop(0)
        if argument == "-X":
            method = arguments.pop(0)
        elif argument == "-H":
            name, _, value = arguments.pop(0).partition(": ")
            headers[name] = value
        elif argument == "--data-urlencode":
            name, _, value = arguments.pop(0).partition("=")
            more.append((name, value))
        elif argument in {"-d", "-A", "-o"}:
            arguments.pop(0)
        elif argument not in {"-s", "-G"}:
            assert not url, f"{argument} in {command}"
            assert urlsplit(argument).netloc, f"{argument} in {command}"
            url = argument
    return Asked(method, f"{url}{'&' if '?' in url else '?'}{urlencode(more)}" if more else url, headers)
