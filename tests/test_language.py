"""Every sentence in German, the same figures in every language, and no English left over."""

import copy
import inspect
import re
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from notebook_page import exhibits

from qbrkit import __version__, reviews
from qbrkit.black_ops import NO_OBJECTIVE
from qbrkit.disclosure import AccountView, disclose, read_view, write_view
from qbrkit.report import page
from qbrkit.report.customer import (
    closing,
    opening,
    outlook,
    plan,
    promises,
    purchases,
    service,
    value,
)
from qbrkit.report.language import language
from qbrkit.reviews import QuarterReview
from qbrkit.sources import open_workspace
from tests import catalog

CHAPTERS = (closing, opening, outlook, plan, promises, purchases, service, value)

SAMPLE = catalog.ROOT / "data" / "sample"
ENGLISH, GERMAN = language("en"), language("de")
CATALOGS = sorted(catalog.CATALOGS.glob("*.po"))
COMPARED = ("A-001", "A-002", "A-004", "A-010", "A-012", "A-033")
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
    assert [file.stem for file in CATALOGS] == ["de"]


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
        "page.py": ["title", "title"]}


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
    codes = [Path(inspect.getsourcefile(one)).read_text(encoding="utf-8") for one in CHAPTERS]
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
    (0, "0 components are still yours to use.", "0 Bausteine stehen Ihnen noch zu."),
    (1, "1 component is still yours to use.", "1 Baustein steht Ihnen noch zu."),
    (2.0, "2 components are still yours to use.", "2 Bausteine stehen Ihnen noch zu."),
    (1200, "1,200 components are still yours to use.", "1.200 Bausteine stehen Ihnen noch zu."),
])
def test_singular_and_plural(n, english, german):
    forms = ("{n} component is still yours to use.", "{n} components are still yours to use.")
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
    if isinstance(shown, list):
        return shown
    record = getattr(shown, "record", {})
    frame = [record[name] for name in ("title", "running_head", "band") if record.get(name)]
    frame += [*record.get("footer", []), *record.get("labels", {}).values(),
              *record.get("missing", [])]
    return Texts(str(shown.markup)).found + frame


MONTHS = {name: number for number, names in enumerate((
    ("Jan",), ("Feb",), ("Mar", "Mär"), ("Apr",), ("May", "Mai"), ("Jun",), ("Jul",), ("Aug",),
    ("Sep",), ("Oct", "Okt"), ("Nov",), ("Dec", "Dez")), start=1) for name in names}


def figures_in(text: str, code: str) -> Counter:
    """Every number and day of a text, independent of how the language writes it."""
    found: Counter = Counter()
    text = text.replace(NB, " ")

    def take(year: str, month: str, day: str) -> str:
        number = int(month) if month.isdigit() else MONTHS[month[:3]]
        found[f"{year}-{number:02}-{int(day):02}"] += 1
        return " "

    text = text.replace(__version__, "")
    if code == "de":
        text = re.sub(r"(\d\d)\.(\d\d)\.(\d{4})", lambda m: take(m[3], m[2], m[1]), text)
        text = re.sub(r"(\d{1,2})\. ([A-ZÄ]\w+) (\d{4})", lambda m: take(m[3], m[2], m[1]), text)
        numbers = re.findall(r"[+−]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?", text)
        numbers = [one.replace(".", "").replace(",", ".") for one in numbers]
    else:
        text = re.sub(r"([A-Z]\w+) (\d{1,2}), (\d{4})", lambda m: take(m[3], m[1], m[2]), text)
        text = re.sub(r"([+−])(?:[€$£]|[A-Z]{3}\u00a0)", r"\1", text)
        numbers = re.findall(r"[+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", text)
        numbers = [one.replace(",", "") for one in numbers]
    return found + Counter(numbers)


def test_figures_are_read_out_of_both_languages():
    english = "On March 9, 2026 −€1,234.5 (+5.0%) and 2026, by Sep 3, 2026: 12"
    german = "Am 9. März 2026 −1.234,5\u00a0€ (+5,0\u00a0%) und 2026, bis 03.09.2026: 12"
    expected = Counter(["2026-03-09", "−1234.5", "+5.0", "2026", "2026-09-03", "12"])
    assert figures_in(english, "en") == expected
    assert figures_in(german, "de") == expected


def english_patterns() -> list[re.Pattern]:
    """Originals that differ from their translation; longer ones are found inside a text too."""
    patterns = []
    for ours, theirs in pairs(catalog.CATALOGS / "de.po"):
        if ours == theirs:
            continue
        parts = [re.escape(literal) + (".+?" if name is not None else "")
                 for literal, name, _, _ in Formatter().parse(ours)]
        words = len(re.findall(r"[a-z]+", re.sub(r"{\w+}", "", ours), re.IGNORECASE))
        patterns.append(re.compile("".join(parts) if words > 2 else f"^{''.join(parts)}$"))
    return patterns


PATTERNS = english_patterns()


def english_in(texts: list[str]) -> list[tuple[str, str]]:
    return [(text, pattern.pattern) for text in texts for pattern in PATTERNS
            if pattern.search(text)]


def test_english_is_found_where_it_is_left():
    assert english_in(["Total"])
    assert english_in(["Von Juli bis September 2026; 3 is estimated and waits for your "
                       "confirmation."])
    assert not english_in(["Summe", "Totalausfall", "x und y"])


def masked(value: Any) -> Any:
    """The data's own words as signs: neither a figure nor English is to be found in them."""
    return re.sub(r"\w", "x", value) if isinstance(value, str) else value


def masked_columns(table: pd.DataFrame | None, columns: tuple[str, ...]) -> pd.DataFrame | None:
    return None if table is None else table.assign(**{
        name: table[name].map(masked) for name in columns if name in table.columns})


@pytest.fixture(scope="module")
def workspace():
    return open_workspace(SAMPLE)


@pytest.fixture(scope="module")
def review(tmp_path_factory) -> QuarterReview:
    """The sample's review, its own words masked: equal ones by the same sign."""
    folder = tmp_path_factory.mktemp("masked") / "sample"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("out", "*.json", "README.md"))
    signs: dict[str, str] = {}
    for file in folder.glob("*.csv"):
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        for name in OWN_WORDS & set(table):
            table[name] = [one and signs.setdefault(one, f"Xx{len(signs)}") for one in table[name]]
        table.to_csv(file, index=False)
    found = reviews.review_quarter(folder)
    evidence = found.gaps["evidence"].where(found.gaps["gap"] != NO_OBJECTIVE,
                                            found.gaps["evidence"].map(masked))
    return replace(
        found, accounts=masked_columns(found.accounts, FREE_TEXT),
        promises=masked_columns(found.promises, FREE_TEXT),
        outreach=replace(
            found.outreach, calls=masked_columns(found.outreach.calls, FREE_TEXT),
            left_out=masked_columns(found.outreach.left_out, FREE_TEXT),
            reasons=masked_columns(found.outreach.reasons, ["family"])),
        gaps=found.gaps.assign(evidence=evidence),
        problems=tuple(replace(one, table="x", column="x", what="x", values=(), places=(), fix="",
                               rows=0) for one in found.problems))


@pytest.fixture(scope="module")
def views(workspace, tmp_path_factory) -> dict[tuple[str, str], AccountView]:
    """Every account of the sample in both languages, the data's own words masked."""
    found = reviews.review_quarter(workspace)
    disclosed = disclose(found, found.accounts["account_id"].tolist())
    folder, read = tmp_path_factory.mktemp("views"), {}
    for account_id, raw in disclosed.items():
        for code in ("en", "de"):
            view = copy.deepcopy(raw)
            view["account"] |= {"language": code, "name": "Xx", "owner": "Xx"}
            view["company"]["name"], view["commentary"] = "Xx", masked(view["commentary"])
            for rows in view["tables"].values():
                for row in rows:
                    row.update({name: masked(row[name]) for name in FREE_TEXT if name in row})
            write_view(view, folder / "view.json")
            read[account_id, code] = read_view(folder / "view.json")
    return read


def displays(*modules: ModuleType, of: type) -> list[Any]:
    """The public functions of some modules whose only argument is of a type."""
    return [function for module in modules for name, function in vars(module).items()
            if inspect.isfunction(function) and not name.startswith("_")
            and function.__module__ == module.__name__
            and [one.annotation for one in inspect.signature(function).parameters.values()
                 ] in ([of], [of.__name__])]


EXTERNAL = displays(*CHAPTERS, of=AccountView)


def told(function: Any) -> str:
    return f"{function.__module__.split('.')[-1]}.{function.__name__}"


def test_the_functions_of_the_pages_are_found():
    names = {function.__name__ for function in EXTERNAL}
    assert {"headline", "statement", "cover", "definitions", "by_quarter"} <= names


@pytest.mark.parametrize("function", EXTERNAL, ids=told)
def test_customers_read_the_same_figures_in_every_language(function, views):
    for account_id in COMPARED:
        shown = {code: figures_in(" ; ".join(texts_of(function(views[account_id, code]))), code)
                 for code in ("en", "de")}
        assert shown["de"] == shown["en"], account_id


@pytest.mark.parametrize("function", EXTERNAL, ids=told)
def test_german_customers_read_no_english(function, views):
    accounts = {account_id for account_id, _ in views}
    for account_id in sorted(accounts):
        assert english_in(texts_of(function(views[account_id, "de"]))) == [], account_id


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
        assert figures_in(" ; ".join(texts), "de") == figures_in(
            " ; ".join(shown["en"][source]), "en"), source



@pytest.mark.parametrize("title", ["Internal review", "Black ops", "Transactional plan"])
def test_covers_of_internal_pages_are_german(title, review):
    cover = page.internal_cover(in_language(review, "de"), title)
    assert cover.record["language"] == "de"
    assert english_in(texts_of(cover)) == []


def test_a_page_in_an_unknown_language_says_that_it_is_english(views):
    view = replace(views["A-001", "en"], account=views["A-001", "en"].account | {"language": "fi"})
    assert opening.cover(view).record["language"] == "en"
