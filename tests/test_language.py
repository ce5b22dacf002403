"""Every sentence in German, the same figures in every language, and no English left over."""

import hashlib
import io
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import planted
import pytest
from babel import Locale
from babel.dates import get_month_names
from companies import (
    COMPANY,
    COMPONENT,
    LEVEL,
    MEASURED,
    company,
    evenly,
    once,
    reviewed,
    sample_review,
    view_of,
)
from notebook_page import charts_as_texts, exhibits

from qbrkit import __version__, reviews
from qbrkit.black_ops.gaps import NO_OBJECTIVE, WHITE_SPACE_RIVAL
from qbrkit.disclosure import AccountView, allowed, disclose
from qbrkit.errors import SettingError
from qbrkit.report import language as language_module
from qbrkit.report import page
from qbrkit.report.customer import opening
from qbrkit.report.language import language
from qbrkit.reviews import QuarterReview
from qbrkit.run.cells import split_markdown
from qbrkit.run.checked import checked_json, checked_text
from qbrkit.settings import read_settings
from qbrkit.sources import open_workspace
from tests import catalog

CUSTOMER_PAGES = catalog.REPORTS / "customer"
DATA_WORDS = {"qbrkit"}
"""Names on a page that no language translates."""
SAMPLE = catalog.ROOT / "data" / "sample"
ENGLISH, GERMAN = language("en"), language("de")
CATALOGS = sorted(catalog.CATALOGS.glob("*.po"))
FREE_TEXT = ("name", "family", "text", "owner", "evidence", "measure", "territory")
OWN_WORDS = {"family", "driver", "solution", "source", "text", "subject", "reason", "measure",
             "territory", "industry", "indicator", "move", "loss_reason", "component_id"}
NB = "\u00a0"


# ---- the catalogs


def entries(file: Path) -> list[Any]:
    return [entry for entry in catalog.read_catalog(file) if entry.id]


def pairs(file: Path) -> list[tuple[str, str]]:
    """Every original with its translation; a plural entry gives one pair per form."""
    return [pair for entry in entries(file) for pair in (
        zip(entry.id, entry.string, strict=True) if isinstance(entry.id, tuple)
        else [(entry.id, entry.string)])]


def placeholders(text: str) -> Counter:
    return Counter(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_there_is_a_german_catalog():
    assert "de" in [file.stem for file in CATALOGS]


@pytest.mark.parametrize("file", CATALOGS, ids=lambda file: file.stem)
def test_every_message_is_translated_and_nothing_is_left_over(file):
    read = catalog.read_catalog(file)
    assert catalog.missing(read) == []
    assert catalog.left_over(read) == []
    assert not [entry.id for entry in read if entry.id and entry.fuzzy]


@pytest.mark.parametrize("file", CATALOGS, ids=lambda file: file.stem)
def test_translations_hold_the_placeholders_of_their_original(file):
    wrong = [(ours, theirs) for ours, theirs in pairs(file)
             if placeholders(ours) != placeholders(theirs)]
    assert wrong == []


@pytest.mark.parametrize("file", CATALOGS, ids=lambda file: file.stem)
def test_translations_end_as_their_original(file):
    def end(text: str) -> str:
        return text[-1] if text[-1] in ".?!:" else ""

    assert [(a, b) for a, b in pairs(file) if end(a) != end(b) or b != " ".join(b.split())] == []


@pytest.mark.parametrize("file", CATALOGS, ids=lambda file: file.stem)
def test_catalogs_are_written_as_an_update_would_write_them(file):
    written = file.read_bytes()
    assert catalog.merged(catalog.read_catalog(file)) == written
    assert not re.search(rb"(?i)-date:|generated-by|babel|translator:", written)


def test_no_message_is_used_with_and_without_a_plural():
    every = catalog.messages()
    singulars = {one[0] for one in every if isinstance(one, tuple)}
    assert singulars.isdisjoint(one for one in every if isinstance(one, str))


def test_messages_are_literals():
    computed = {file.name: catalog.computed_messages(file.read_text(encoding="utf-8"))
                for file in catalog.REPORTS.glob("*.py")}
    # the title of an internal page is written in its notebook
    assert {name: found for name, found in computed.items() if found} == {
        "page.py": ["title"]}


def test_messages_are_found_in_code():
    source = """
words.say("One" " and two.", n=1)
_words(view).say("Three")
words.count("{n} row", "{n} " "rows", 3)
outcomes.count("kept")
words.say(f"{n} computed")
"""
    assert list(catalog.messages_of_code(source)) == [
        "One and two.", "Three", ("{n} row", "{n} rows")]
    assert catalog.computed_messages(source) == ["f'{n} computed'"]


def test_update_adds_new_messages_and_drops_old_ones(monkeypatch):
    read = catalog.read_catalog(catalog.CATALOGS / "de.po")
    monkeypatch.setattr(catalog, "messages", lambda: ["Account", "A new one", ("{n} a", "{n} b")])
    assert catalog.merged(read).decode().split("\n\n")[1:] == [
        'msgid "A new one"\nmsgstr ""', 'msgid "Account"\nmsgstr "Kunde"',
        'msgid "{n} a"\nmsgid_plural "{n} b"\nmsgstr[0] ""\nmsgstr[1] ""\n']


def test_german_customers_read_no_word_of_our_method():
    codes = [file.read_text(encoding="utf-8") for file in CUSTOMER_PAGES.glob("*.py")]
    told = [text for code in codes for one in catalog.messages_of_code(code) for text in (
        [GERMAN.catalog.gettext(one)] if isinstance(one, str)
        else [GERMAN.catalog.ngettext(*one, n) for n in (1, 2)])]
    ours = re.compile(r"Green.Circle|Fernbetreuung|Black.Ops|Rohertrag|Wettbewerb")
    assert [text for text in told if ours.search(text)] == []


# ---- numbers, money, dates: expectations written by hand


@pytest.mark.parametrize(("value", "digits", "english", "german"), [
    (1234567, 0, "1,234,567", "1.234.567"),
    (1234.567, 2, "1,234.57", "1.234,57"),
    (0.05, 1, "0.1", "0,1"),
    (7, 1, "7.0", "7,0"),
    (-1500, 0, "−1,500", "−1.500"),
    (-0.4, 0, "0", "0"),
    (-0.04, 1, "0.0", "0,0"),
    (0, 0, "0", "0"),
    (np.int64(12), 0, "12", "12"),
    (float("nan"), 0, "–", "–"),
    (None, 0, "–", "–"),
    (pd.NA, 0, "–", "–"),
])
def test_numbers(value, digits, english, german):
    assert ENGLISH.number(value, digits) == english
    assert GERMAN.number(value, digits) == german


@pytest.mark.parametrize(("value", "currency", "english", "german"), [
    (1234.4, "EUR", "€1,234", f"1.234{NB}€"),
    (-1234.6, "EUR", "−€1,235", f"−1.235{NB}€"),
    (2500000, "USD", "$2,500,000", f"2.500.000{NB}$"),
    (-0.3, "USD", "$0", f"0{NB}$"),
    (100, "CHF", f"CHF{NB}100", f"100{NB}CHF"),
    (-100, "CHF", f"−CHF{NB}100", f"−100{NB}CHF"),
    (1234, "QQQ", f"QQQ{NB}1,234", f"1.234{NB}QQQ"),
    (float("nan"), "EUR", "–", "–"),
])
def test_money(value, currency, english, german):
    assert ENGLISH.money(value, currency) == english
    assert GERMAN.money(value, currency) == german


@pytest.mark.parametrize(("share", "digits", "signed", "english", "german"), [
    (0.1234, 1, False, "12.3%", f"12,3{NB}%"),
    (0.1234, 0, False, "12%", f"12{NB}%"),
    (0.1234, 1, True, "+12.3%", f"+12,3{NB}%"),
    (-0.5, 1, True, "−50.0%", f"−50,0{NB}%"),
    (0.0004, 1, True, "0.0%", f"0,0{NB}%"),
    (-0.0004, 1, True, "0.0%", f"0,0{NB}%"),
    (12.5, 1, False, "1,250.0%", f"1.250,0{NB}%"),
    (float("nan"), 1, True, "–", "–"),
])
def test_percent(share, digits, signed, english, german):
    assert ENGLISH.percent(share, digits, signed) == english
    assert GERMAN.percent(share, digits, signed) == german


@pytest.mark.parametrize(("day", "form", "english", "german"), [
    (pd.Timestamp("2026-09-30"), "long", "September 30, 2026", "30. September 2026"),
    (date(2026, 3, 9), "long", "March 9, 2026", "9. März 2026"),
    (pd.Timestamp("2026-09-03"), "medium", "Sep 3, 2026", "03.09.2026"),
    (pd.NaT, "long", "–", "–"),
])
def test_dates(day, form, english, german):
    assert ENGLISH.date(day, form) == english
    assert GERMAN.date(day, form) == german


@pytest.mark.parametrize(("quarter", "freq", "english", "german", "short"), [
    ("2026Q3", "Q-DEC", "July to September 2026", "Juli bis September 2026",
     ("Jul–Sep 2026", "Jul–Sep 2026")),
    ("2026Q4", "Q-SEP", "July to September 2026", "Juli bis September 2026",
     ("Jul–Sep 2026", "Jul–Sep 2026")),
    ("2026Q1", "Q-DEC", "January to March 2026", "Januar bis März 2026",
     ("Jan–Mar 2026", "Jan–Mär 2026")),
    ("2026Q1", "Q-NOV", "December 2025 to February 2026", "Dezember 2025 bis Februar 2026",
     ("Dec 2025–Feb 2026", "Dez 2025–Feb 2026")),
])
def test_month_ranges(quarter, freq, english, german, short):
    period = pd.Period(quarter, freq=freq)
    assert (ENGLISH.months(period), GERMAN.months(period)) == (english, german)
    assert (ENGLISH.months(period, short=True), GERMAN.months(period, short=True)) == short


def test_lists():
    assert [ENGLISH.listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c"]
    assert GERMAN.listed(["a", "b", "c"]) == "a, b und c"


@pytest.mark.parametrize(("n", "english", "german"), [
    (0, "and 0 more", "und 0 weitere"),
    (1, "and 1 more", "und 1 weiterer"),
    (2.0, "and 2 more", "und 2 weitere"),
    (1200, "and 1,200 more", "und 1.200 weitere"),
])
def test_singular_and_plural(n, english, german):
    forms = ("and {n} more", "and {n} more")
    assert ENGLISH.count(*forms, n) == english
    assert GERMAN.count(*forms, n) == german


@pytest.mark.parametrize("code", ["xx", "fr", "pt-BR", "", "nan", None, float("nan"), "../de"])
def test_unknown_language_is_english_altogether(code):
    words = language(code)
    assert words.code == "en"
    assert words.say("Your topic") == "Your topic"
    assert words.money(1234.5, "EUR") == "€1,234"
    assert words.percent(0.5) == "50.0%"
    assert words.months(pd.Period("2026Q3", freq="Q-DEC")) == "July to September 2026"


@pytest.mark.parametrize("code", ["de", "DE", "de-AT", "de_CH"])
def test_variants_of_a_language_share_its_catalog(code):
    assert language(code).code == "de"
    assert language(code).say("Your topic") == "Ihr Thema"


# ---- the pages: same figures, no English


class Texts(HTMLParser):
    """The texts of markup, one per element, without styles."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(markup)
        self.close()

    def handle_data(self, data: str) -> None:
        if self.cdata_elem != "style" and data.strip():
            self.found.append(data.strip())


def texts_of(shown: Any) -> list[str]:
    """What a reader sees of a display object, the page's frame included."""
    record = getattr(shown, "record", {})
    frame = [record[name] for name in ("title", "running_head", "band") if record.get(name)]
    frame += [*record.get("footer", []), *record.get("labels", {}).values(),
              *record.get("missing", [])]
    return Texts(str(shown.markup)).found + frame


class Reading:
    """Numbers and days of a text in one language, independent of how they are written."""

    def __init__(self, code: str) -> None:
        locale = Locale.parse(code)
        self.months = {name.rstrip("."): number for width in ("wide", "abbreviated")
                       for context in ("format", "stand-alone") for number, name in
                       get_month_names(width, context, locale=locale).items()}
        self.days = [self._pattern(locale.date_formats[form].pattern)
                     for form in ("long", "medium")]
        symbols = locale.number_symbols["latn"]
        self.group, self.decimal = symbols["group"], symbols["decimal"]
        group, decimal = re.escape(self.group), re.escape(self.decimal)
        self.number = re.compile(
            rf"[+−]?(?:\d{{1,3}}(?:{group}\d{{3}})+(?!\d)|\d+)(?:{decimal}\d+)?")

    @staticmethod
    def _pattern(written: str) -> re.Pattern[str]:
        parts = {"d": r"(?P<d>\d{1,2})", "MMMM": r"(?P<m>[^\W\d]+)", "MMM": r"(?P<m>[^\W\d]+)\.?",
                 "MM": r"(?P<m>\d\d)", "M": r"(?P<m>\d{1,2})", "y": r"(?P<y>\d{4})"}
        parts["dd"] = parts["d"]
        tokens = re.finditer(r"'[^']*'|([A-Za-z])\1*|[^A-Za-z']+", written)
        return re.compile("".join(parts.get(one[0], re.escape(one[0].strip("'")))
                                  for one in tokens).replace(r"\ ", r"\s"))

    def figures_in(self, text: str) -> Counter:
        """Every number and day of a text."""
        found: Counter = Counter()

        def take(day: re.Match[str]) -> str:
            month = day["m"] if day["m"].isdigit() else self.months.get(day["m"])
            if month is None:
                return day[0]
            found[f"{day['y']}-{int(month):02}-{int(day['d']):02}"] += 1
            return " "

        text = text.replace(__version__, "")
        for pattern in self.days:
            text = pattern.sub(take, text)
        text = re.sub(rf"([+−])(?:[€$£]|[A-Z]{{3}}{NB})", r"\1", text)
        numbers = self.number.findall(text)
        return found + Counter(one.replace(self.group, "").replace(self.decimal, ".")
                               for one in numbers)


READINGS = {code: Reading(code) for code in ("en", *(file.stem for file in CATALOGS))}


def test_figures_are_read_out_of_both_languages():
    english = "On March 9, 2026 −€1,234.5 (+5.0%) and 2026, by Sep 3, 2026: 12"
    german = "Am 9. März 2026 −1.234,5\u00a0€ (+5,0\u00a0%) und 2026, bis 03.09.2026: 12"
    expected = Counter(["2026-03-09", "−1234.5", "+5.0", "2026", "2026-09-03", "12"])
    assert READINGS["en"].figures_in(english) == expected
    assert READINGS["de"].figures_in(german) == expected
    french = "Le 9 mars 2026 : 1\u202f234,5 ; le 3 sept. 2026 : 12"
    assert Reading("fr").figures_in(french) == Counter(
        ["2026-03-09", "1234.5", "2026-09-03", "12"])


def english_patterns() -> list[tuple[str, re.Pattern]]:
    """Originals that differ from their translation; longer ones are found inside a text too.

    With each its longest literal part, by which most texts are ruled out at once.
    """
    patterns = []
    for ours, theirs in pairs(catalog.CATALOGS / "de.po"):
        if ours == theirs:
            continue
        literals = [(literal, name) for literal, name, _, _ in Formatter().parse(ours)]
        parts = [re.escape(literal) + (".+?" if name is not None else "")
                 for literal, name in literals]
        words = len(re.findall(r"[a-z]+", re.sub(r"{\w+}", "", ours), re.IGNORECASE))
        pattern = "".join(parts) if words > 2 else f"^{''.join(parts)}$"
        patterns.append((max((one for one, _ in literals), key=len), re.compile(pattern)))
    return patterns


PATTERNS = english_patterns()


def english_in(texts: Iterable[str]) -> list[tuple[str, str]]:
    return [(text, pattern.pattern) for text in dict.fromkeys(texts)
            for part, pattern in PATTERNS if part in text and pattern.search(text)]


def test_english_is_found_where_it_is_left():
    assert english_in(["Total"])
    assert english_in(["Von Juli bis September 2026; 3 is estimated and waits for your "
                       "confirmation."])
    assert not english_in(["Summe", "Totalausfall", "x und y"])


def masked(value: Any) -> Any:
    """The data's own words as signs: neither a figure nor English is to be found in them.

    Different words stay different.
    """
    if not isinstance(value, str) or not value:
        return value
    letters = hashlib.sha256(value.encode()).hexdigest()[:8].translate(
        str.maketrans("0123456789", "ghijklmnop"))
    return f"Xx{letters}"


def masked_columns(table: pd.DataFrame | None, columns: tuple[str, ...]) -> pd.DataFrame | None:
    return None if table is None else table.assign(**{
        name: table[name].map(masked) for name in columns if name in table.columns})


@pytest.fixture(scope="module")
def review(tmp_path_factory) -> QuarterReview:
    """The sample's review, its own words masked: equal ones by the same sign."""
    return once("masked-sample", lambda: _masked(tmp_path_factory.mktemp("masked") / "sample"))


def _masked(folder: Path) -> QuarterReview:
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("out", "*.json", "README.md"))
    signs: dict[str, str] = {}
    for file in folder.glob("*.csv"):
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        if not OWN_WORDS & set(table):
            continue
        for name in OWN_WORDS & set(table):
            table[name] = [one and signs.setdefault(one, f"Xx{len(signs)}") for one in table[name]]
        table.to_csv(file, index=False)
    found = reviews.review_quarter(folder)
    named = found.gaps["gap"].isin([NO_OBJECTIVE, WHITE_SPACE_RIVAL])
    evidence = found.gaps["evidence"].mask(named, found.gaps["evidence"].map(masked))
    return replace(
        found, accounts=masked_columns(found.accounts, FREE_TEXT),
        promises=masked_columns(found.promises, FREE_TEXT),
        outreach=replace(
            found.outreach, calls=masked_columns(found.outreach.calls, FREE_TEXT),
            left_out=masked_columns(found.outreach.left_out, FREE_TEXT),
            reasons=masked_columns(found.outreach.reasons, ["family"])),
        gaps=found.gaps.assign(evidence=evidence, family=found.gaps["family"].map(masked)),
        problems=tuple(replace(one, table="x", column="x", what="x", values=(), places=(), fix="",
                               rows=0) for one in found.problems))


def masked_view(raw: dict[str, Any], code: str) -> dict[str, Any]:
    """A view in a language, all texts of the data masked but the codes of the kit."""
    texts = {name: [one.name for one in table.columns
                    if one.kind == "text" and one.name not in planted.CODED]
             for name, table in allowed.TABLES.items()}
    tables = {name: [row | {column: masked(row[column]) for column in texts[name] if column in row}
                     for row in rows] for name, rows in raw["tables"].items()}
    return raw | {"account": raw["account"] | {"language": code, "name": "Xx", "owner": "Xx"},
                  "company": raw["company"] | {"name": "Xx"},
                  "commentary": masked(raw["commentary"]), "tables": tables}


def page_texts(view: AccountView) -> dict[str, list[str]]:
    """All texts of an external page by exhibit."""
    return {source: texts_of(html) for *_, source, html in exhibits(view, "external_review")}


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[tuple[str, str], dict[str, list[str]]]:
    """The page of every Green Circle account of the sample in every language."""
    return once("pages-in-every-language", lambda: _pages(tmp_path_factory.mktemp("views")))


def _pages(folder: Path) -> dict[tuple[str, str], dict[str, list[str]]]:
    found = sample_review()
    disclosed = disclose(found, found.green_circle["account_id"].tolist())
    with charts_as_texts():
        return {(account_id, code): page_texts(planted.read(masked_view(raw, code), folder))
                for account_id, raw in disclosed.items() for code in READINGS}


def test_customers_read_the_same_figures_in_every_language(pages):
    differ = []
    for (account_id, code), exhibit in pages.items():
        for source, texts in exhibit.items():
            here = READINGS[code].figures_in(" ; ".join(texts))
            there = READINGS["en"].figures_in(" ; ".join(pages[account_id, "en"][source]))
            if here != there:
                differ.append((account_id, code, source, here - there, there - here))
    assert len(pages) >= 2 * 10
    assert differ == []


def test_the_texts_of_charts_are_those_that_are_drawn(tmp_path):
    """What the tests above read in place of a drawing."""
    view = planted.read(planted.planted_view(), tmp_path)
    drawn = page_texts(view)
    with charts_as_texts():
        listed = page_texts(view)
    assert {source: missed for source, texts in drawn.items()
            if (missed := set(" ".join(texts).split()) - set(" ".join(listed[source]).split()))
            } == {}


def test_german_customers_read_no_english(pages):
    texts = {text for (_, code), page in pages.items() if code == "de"
             for found in page.values() for text in found}
    texts |= {GERMAN.say(text) for text in notebook_texts()}
    assert english_in(sorted(texts)) == []


def notebook_texts() -> list[str]:
    """Headings and paragraphs that stand in the notebook of the external page."""
    notebook = nbformat.read(catalog.NOTEBOOKS / "external_review.ipynb", as_version=4)
    return [text for cell in notebook.cells if cell.cell_type == "markdown"
            for _, text in split_markdown(cell.source)]


# ---- an invented language: every message in brackets


@pytest.fixture
def bracketed(tmp_path, monkeypatch) -> Iterator[str]:
    """The code of a language in which every message stands in brackets ⟦…⟧."""
    read = catalog.read_po(io.BytesIO(catalog.begun("eo")), locale="eo")
    for entry in read:
        if entry.id:
            entry.string = tuple(f"⟦{one}⟧" for one in entry.id) \
                if isinstance(entry.id, tuple) else f"⟦{entry.id}⟧"
    with open(tmp_path / "eo.po", "wb") as file:
        catalog.write_po(file, read)
    monkeypatch.setattr(language_module, "CATALOGS", tmp_path)
    language.cache_clear()
    yield "eo"
    language.cache_clear()


def outside_of_brackets(text: str) -> str:
    while (left := re.sub("⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = left
    return text


def test_adding_a_catalog_leaves_no_word_of_the_page_untranslated(bracketed, tmp_path):
    """Words that stand outside of the brackets are the data's, a currency, or a month."""
    raw = planted.planted_view()
    months = {name for width in ("wide", "abbreviated") for context in ("format", "stand-alone")
              for name in get_month_names(width, context, locale=Locale.parse("eo")).values()}
    untold = {}
    for commentary in ("Zzcomment", ""):
        view = planted.read(raw | {
            "account": raw["account"] | {"language": bracketed}, "commentary": commentary,
            "is_partial": True, "is_blocked": True}, tmp_path)
        for source, texts in page_texts(view).items():
            left = outside_of_brackets(" ".join(texts))
            words = {word for word in re.findall(r"[^\W\d_]+", left)
                     if not word.startswith(("Zz", "CHF"))} - months - DATA_WORDS
            untold |= {source: words} if words else {}
    assert untold == {}
    assert all(language(bracketed).say(text) == f"⟦{text}⟧" for text in notebook_texts())


def test_a_new_catalog_holds_every_message_and_no_translation(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(catalog, "CATALOGS", tmp_path)
    assert catalog.main(["--update", "--language", "fr"]) == 0
    begun = catalog.read_catalog(tmp_path / "fr.po")
    assert {entry.id for entry in begun if entry.id} == set(catalog.messages())
    assert len(catalog.missing(begun)) == len(catalog.messages())
    assert begun.plural_expr == "(n > 1)"
    for none in ("zzz", "en", "../de"):
        with pytest.raises(SystemExit):
            catalog.main(["--update", "--language", none])
    assert "is no code of a language" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["fr.po"]


# ---- the data's own words


def test_words_of_the_data_are_read_in_the_language_of_the_account(tmp_path):
    given = {
        "head": '[company]\nname = "We"\n[words.de]\n"Pumps" = "Pumpen"\n'
                '"on time" = "pünktlich"\n"less scrap" = "weniger Ausschuss"\n'
                '"inspection" = "Prüfung"\n',
        "accounts": [{"account_id": "A", "language": "de-AT", "plan_id": "GOLD"},
                     {"account_id": "B", "language": "en"}],
        "products": [{"product_id": "P", "family": "Pumps"}, {"product_id": "Q", "family": "Q"}],
        "invoice_lines": [*evenly("A", 100, product_id="P"), *evenly("B", 90, product_id="P"),
                          *evenly("A", 1, product_id="Q")],
        "benefits": [MEASURED], "service_levels": [LEVEL], "plan_components": [COMPONENT]}
    found = reviewed(tmp_path, **given)
    german, english = (view_of(found, one, tmp_path) for one in "AB")
    assert german.tables["revenue_by_family"]["family"].tolist() == ["Pumpen", "Q"]
    assert english.tables["revenue_by_family"]["family"].tolist() == ["Pumps"]
    assert german.tables["service_levels"]["measure"].tolist() == ["pünktlich"]
    assert german.tables["value_lines"]["name"].tolist() == ["weniger Ausschuss"]
    assert german.tables["plan"]["name"].tolist() == ["Prüfung"]
    told = checked_text(open_workspace(tmp_path))
    assert "[words.de] lacks 1 word that customers would read: 'Q'" in told
    assert json.loads(checked_json(open_workspace(tmp_path)))["untranslated"] == {"de": ["Q"]}


def test_words_that_cannot_be_are_told_in_one_sentence_each(tmp_path):
    folder = company(tmp_path, '[words.xx]\n"a" = "b"\n[words.de]\n"a" = 1\n"b" = " "\n')
    with pytest.raises(SettingError) as caught:
        read_settings(folder)
    assert str(caught.value).splitlines() == [
        "qbr.toml: [words.xx] is no language that pages are written in; there are de, en",
        "qbr.toml: [words.de] 'a' must be a text in quotes, as \"Pumps\" = \"Pumpen\"",
        "qbr.toml: [words.de] 'b' must be a text in quotes, as \"Pumps\" = \"Pumpen\""]
    for wrong in ('words = 3\n', '[words]\nde = "x"\n'):
        (folder / "qbr.toml").write_text(wrong + '[company]\nname = "We"\n' if "=" in wrong[:8]
                                         else COMPANY + wrong, encoding="utf-8")
        with pytest.raises(SettingError, match=r"must be a section: \[words"):
            read_settings(folder)


# ---- the team's pages

def in_language(review: QuarterReview, code: str) -> QuarterReview:
    company = replace(review.settings.company, language=code)
    return replace(review, settings=replace(review.settings, company=company))


@pytest.mark.parametrize("notebook", ["internal_review", "black_ops", "transactional_plan"])
def test_the_team_reads_the_same_figures_and_no_english(notebook, review):
    shown = {code: {source: texts_of(html) for *_, source, html in exhibits(
        in_language(review, code), notebook)} for code in ("en", "de")}
    assert {source: found for source, texts in shown["de"].items()
            if (found := english_in(texts))} == {}
    for source, texts in shown["de"].items():
        assert READINGS["de"].figures_in(" ; ".join(texts)) == READINGS["en"].figures_in(
            " ; ".join(shown["en"][source])), source


@pytest.mark.parametrize("title", ["Internal review", "Black ops", "Transactional plan"])
def test_covers_of_internal_pages_are_german(title, review):
    cover = page.internal_cover(in_language(review, "de"), title)
    assert cover.record["language"] == "de"
    assert english_in(texts_of(cover)) == []


def test_a_page_in_an_unknown_language_says_that_it_is_english(tmp_path):
    raw = planted.planted_view()
    view = planted.read(raw | {"account": raw["account"] | {"language": "fi"}}, tmp_path)
    assert opening.cover(view).record["language"] == "en"
