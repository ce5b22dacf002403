"""Take an HTML page apart into every text it holds, for the search of `leaks`."""

import base64
import html
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import unquote

SOURCE, TAGS, CODE, LINKS, WORDS = range(5)  # where a text stands decides what counts in it
ALWAYS = [  # kind, first and last place, pattern; \0 begins an attribute the parser has read
    ("a script", SOURCE, SOURCE, r"(?i)<(?:\w+:)?script\b"),
    ("a script", TAGS, TAGS, r"(?i)[=(]\s*[\"']?\s*(?:java|vb)script\s*:"),
    ("an event handler", TAGS, TAGS, r"\0on\w+="),
    ("a form", SOURCE, SOURCE, r"(?i)<form\b"),
    ("a frame", SOURCE, SOURCE, r"(?i)<(?:i?frame|frameset|object|embed|applet)\b"),
    ("a link element", SOURCE, SOURCE, r"(?i)<(?:link|base)\b"),
    ("a redirection", TAGS, TAGS, r"(?i)\0http-equiv=\"\s*refresh"),
    ("a style from elsewhere", TAGS, TAGS, r"(?i)@(?<![\w.]@)import"),
    ("a style from elsewhere", TAGS, TAGS, r"(?i)\((?<=url\()(?![\"'\s]*(?:data:|#))[^)]*"),
    ("a remote address", TAGS, TAGS, r"=\s*[\"']?\s*[\\/]{2}\w[\w.-]*"),
    ("a remote address", TAGS, WORDS, r":(?<=\w\w:)[\\/]{2}[^\s\"'<>)]+"),
    ("a path of a computer", TAGS, WORDS, r"(?i):(?<=\b[a-z]:)[\\/]+\w[^\s\"'<>]*"),
    ("a path of a computer", TAGS, WORDS, r"(?i):(?<=\bfile:)/[^\s\"'<>]*"),
    ("a path of a computer", TAGS, WORDS, r"\\\\[\w.-]+\\+\w+"),
    (
        "a path of a computer", TAGS, WORDS,
        r"(?i)/(?<![\w.]/)(?:home|users|tmp|root|var|mnt|opt|srv|volumes|private)/[^\s\"'<>]+",
    ),
    ("a Python traceback", TAGS, WORDS, r"Traceback\s+\(most|ipykernel_\d+"),
    ("a Python traceback", TAGS, WORDS, r"File\s+\"[^\"]+\",\s+line\s+\d+"),
    ("a Python traceback", TAGS, WORDS, r"Cell\s+In\s*\[\d+\],\s+line\s+\d+"),
    ("notebook metadata", TAGS, TAGS, r"papermill|\"(?:cell_type|nbformat|kernelspec)\""),
    ("notebook metadata", TAGS, WORDS, r"injected[-_]parameters|papermill(?:[\"':]|[._]\w)"),
]  # fmt: skip
_SPOKEN = re.compile(r"title|alt|content|summary|label|placeholder|abbr|aria-(label|desc.*|.*text)")
_NAMING = re.compile(r"id|value|src|cite|download|(xlink:)?href|(data|aria)-.*")
_SETTINGS = {"viewport", "color-scheme", "theme-color", "referrer", "robots", "format-detection"}
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strong sub "
    "sup textpath tspan tt u var".split()
)
_TAG = re.compile(r"<[^>]*>")
_NAMESPACE = re.compile(r"(?i)(xmlns[:\w.-]*\s*=\s*[\"']|<!doctype[^>\[]*?[\"'])https?://")
_UNSEEN = re.compile("[\xad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_SIGNS = str.maketrans("‐‑‒–—−‘’‛ʼ`´", "------''''''")
_ESCAPE = re.compile(r"(?i)\\u(?!d[89a-f])([0-9a-f]{4})")
_CSS_ESCAPE = re.compile(r"(?i)\\0?(?!0?d[89a-f][0-9a-f]{2})([0-9a-f]{1,5})\s?")
_CSS_TEXT = re.compile(r"(?s)/\*.*?\*/|\"[^\"]*\"|'[^']*'")
_BASE64 = re.compile(
    r"(?i)data:[^,\"'<>\s]{0,99};base64,\s*((?:[\w+/-]{60,}\s+)*[\w+/=%-]+)|\bsha\d{3}-[\w+/=-]+"
)
_ENCODED = re.compile(
    r"(?is)data:(?:(?!;base64)[\w.+;=/-])*,\s*((?:%3c|<).*?/(?:svg|html)\s*(?:%3e|>))"
)
_NO_WORDS = re.compile(r"(?i)=[\"'][\smlhvcsqtaze\d.,+-]*[\"']|#[0-9a-f]{3,8}\b")


class _Page(HTMLParser):
    """Takes a page apart; its comments are pages again."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.style: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.inner: list[str] = []
        self.feed(source.replace("<![", "<! ["))  # the parser would stop at an unknown "<![word["
        self.close()

    def handle_starttag(self, tag, attrs):
        self.handle_endtag(tag)
        given = dict(attrs)
        is_setting = "http-equiv" in given or given.get("name") in _SETTINGS
        for name, value in ((name, value or "") for name, value in attrs):
            self.tags.append(f'\0{name}="{value}" ; ')
            if name == "style":
                self.style.append(value)
            elif _SPOKEN.fullmatch(name) and not (is_setting and name == "content"):
                self.words.append(value)
            elif _NAMING.fullmatch(name):
                self.links.append(f"{name}={value}" if value.isdigit() else value)

    def handle_endtag(self, tag):
        self.text.append("" if tag == "wbr" else "\0" if tag in _INLINE else " ")

    def handle_data(self, data):
        (self.style if self.cdata_elem == "style" else self.text).append(data)

    def handle_comment(self, data):
        self.inner.append(data)

    handle_pi = unknown_decl = handle_comment


def _texts(data: bytes) -> list[str]:
    """Read bytes as text; of a picture or font, its text fields and what else looks like text."""
    if b"\0" in data:
        fields = re.finditer(rb"(?s)(....)(?:tEXt|iTXt)", data)
        parts = [data[m.end() : m.end() + int.from_bytes(m[1], "big")] for m in fields]
        parts += re.findall(rb"(?:[ -~]|\xc3[\x80-\xbf]|(?<=[ -~])[\xc0-\xff](?=[ -~])){24,}", data)
        data = b" ; ".join(parts).replace(b"\0", b" ").replace(b"://", b" ")
    text = data.decode("utf-8-sig", "replace")
    return [text, data.decode("latin-1")] if "\ufffd" in text else [text]


def page_texts(data: bytes) -> Iterator[tuple[str, int, list[int] | None]]:
    """Every text of a page and of the pages inside it, its place, and where tags cut its words."""
    todo = _texts(data.replace(b"\0", b""))
    while todo:
        source = _NAMESPACE.sub(r"\1", todo.pop())
        page = _Page(source)
        text = plain("".join(page.text))
        style = _CSS_ESCAPE.sub(lambda found: chr(int(found[1], 16)), " ; ".join(page.style))
        tags = "".join([*page.tags, *_TAG.findall(source), style])
        yield source, SOURCE, None
        yield text.replace("\0", " "), WORDS, None
        cuts = [found.start() - before for before, found in enumerate(re.finditer("\0", text))]
        yield text.replace("\0", "") if cuts else "", WORDS, cuts
        yield plain(" ; ".join(page.words + _CSS_TEXT.findall(style))), WORDS, None
        yield plain(" ; ".join(page.links)), LINKS, None
        yield _NO_WORDS.sub("#", plain(tags)), TAGS, None
        yield _NO_WORDS.sub("#", plain(_TAG.sub(" ", source))), CODE, None
        flat = html.unescape(source)
        todo += page.inner + [unquote(found) for found in _ENCODED.findall(flat)]
        for payload in filter(None, _BASE64.findall(flat)):
            with suppress(ValueError):  # not base64 after all: it was searched as text
                todo += _texts(base64.urlsafe_b64decode(unquote(payload) + "=="))


def plain(text: str) -> str:
    """Decode and unify the signs of a text."""
    text = _BASE64.sub("data:", html.unescape(text))
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), unquote(text))
    if text.isascii():  # the same, at a fraction of the time
        return text.replace("`", "'")
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text).translate(_SIGNS))
