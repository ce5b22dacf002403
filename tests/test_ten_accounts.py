"""Ten accounts with quite different data: each page says what the exports say, and no more.

The figures are worked out in ``customer_figures.py`` from the CSV files alone.
"""

import dataclasses
import re
import tempfile
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path

import huge_account
import pytest
from companies import COMPANY, company, once, sample_review, text_of, view_of
from customer_figures import EXTRA, PLAN, Account, money, shown
from notebook_page import charts_as_texts, exhibits

from qbrkit.disclosure import AccountView, disclose
from qbrkit.reviews import review_quarter

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
HUGE = "huge"
SITUATIONS = {
    "new account": "A-022", "no plan": "A-015", "no confirmed value": "A-014",
    "negative return": "A-016", "all promises missed": "A-012", "one contact": "A-004",
    "two currencies": "A-026", "German": "A-001", "no service data": "A-035", HUGE: "H",
}
(OPENING, PROMISED, BUSINESS, VALUE, IN_PLAN, SERVICE, OUTLOOK, AHEAD) = (
    "Business review", "What was promised in the last review", "Your business with us",
    "The value you received", "Included in your plan", "Service facts",
    "What may come, and our answer", "The next ninety days")
MOST_CHARACTERS = 150_000
NO_PROMISES = r"(no promises are|No promise of an earlier review is) on record"
SAID = {
    "new account": {BUSINESS: r"a year before there were none", PROMISED: NO_PROMISES,
                    VALUE: r"No value is on record", IN_PLAN: r"no maintenance plan",
                    SERVICE: r"no service measures", AHEAD: r"Nothing is promised"},
    "no plan": {IN_PLAN: r"no maintenance plan .*would have to be bought elsewhere"},
    "no confirmed value": {OPENING: r"confirm or correct the estimated value",
                           VALUE: r"is estimated and waits for your confirmation"},
    "negative return": {VALUE: r"In the last twelve months you received value"},
    "all promises missed": {OPENING: r"We kept none of our 3 promises",
                            PROMISED: r"We kept none of our 3 promises"},
    "one contact": {VALUE: r"No value is on record", IN_PLAN: r"no maintenance plan",
                    SERVICE: r"All 3 measures of service missed what we promised"},
    "two currencies": {IN_PLAN: r"no maintenance plan"},
    "German": {PROMISED: r"kept all 3 promises", VALUE: r"a return of 45.2%"},
    "no service data": {SERVICE: r"no service measures", PROMISED: NO_PROMISES},
    HUGE: {PROMISED: r"We kept 12 of 24 promises", SERVICE: r"10 of 40 measures of service missed"},
}
"""What stands in a chapter of the page (in English, whatever the language of the account)."""
NOT_SAID = {
    "new account": r"on a year ago|more than a year before|than in the twelve months before",
    "no plan": r"free in your plan|you used items|not used",
    "no confirmed value": r"Confirmed value, EUR(?:(?!Estimated value).)*Laufstunden",
    "negative return": r"a return of|at present value|had? covered|smaller before|65[.,]8|A return",
    "all promises missed": r"We kept all|no reason on record",
    "one contact": r"\bcontacts?\b|bus factor|a person",
    "two currencies": r"\$|more than a year before",
    "German": r"We kept none|no reason on record",
    "no service data": r"Service measures reached|promised at least|set by hand",
    HUGE: r"No value is on record|no maintenance plan",
}
NEVER = (r"\bmargin|\bMarge\b|Green Circle|transactional|segment|potential|wallet|probabilit"
         r"|win rate|gatekeeper|influencer|decider|cost to serve|\.csv|qbr\.toml|\bnan\b|None\b"
         r"|Vantoric|Brakkmann|Ostrelia|Kestrel|Heron|Krippendorff|discount rate|break-even")


@cache
def account(situation: str) -> Account:
    """The exports of the account in a situation."""
    if situation == HUGE:
        return Account(_huge_folder(), "H", "2026Q4", "DEC")
    return Account(SAMPLE, SITUATIONS[situation], "2026Q4", "SEP")


@cache
def _huge_folder() -> Path:
    return company(Path(tempfile.mkdtemp()), toml=huge_account.TOML, head=COMPANY,
                   commentary={"H": "A busy year."}, **huge_account.tables())


@cache
def seen(situation: str) -> AccountView:
    """The view of the account in a situation, through its file."""
    review = review_quarter(_huge_folder(), "2026Q4") if situation == HUGE else sample_review()
    with tempfile.TemporaryDirectory() as folder:
        return view_of(review, SITUATIONS[situation], Path(folder))


def chapters(view: AccountView) -> dict[str, str]:
    """The words of each chapter."""
    said: dict[str, str] = {}
    with charts_as_texts():
        for question, _, _, html in exhibits(view, "external_review"):
            said[question] = f"{said.get(question, '')} {text_of(html)}".strip()
    return said


@cache
def page(situation: str) -> dict[str, str]:
    """The page of the account in its own language, by chapter."""
    return once(f"page-{SITUATIONS[situation]}", lambda: chapters(seen(situation)))


@cache
def in_english(situation: str) -> dict[str, str]:
    """The same in English."""
    if account(situation).language == "en":
        return page(situation)

    def made() -> dict[str, str]:
        view = seen(situation)
        return chapters(dataclasses.replace(view, account={**view.account, "language": "en"}))
    return once(f"page-{SITUATIONS[situation]}-en", made)


@pytest.fixture(params=SITUATIONS)
def situation(request):
    return request.param


@pytest.fixture
def its(situation):
    return account(situation)


@pytest.fixture
def says(situation, its):
    """Ask that a chapter shows an amount, or some words."""
    def check(chapter: str, *wanted: str | Decimal) -> None:
        text = page(situation)[chapter]
        for one in wanted:
            words = one if isinstance(one, str) else money(one, its.currency, its.language)
            assert words in text, f"{words!r} is not in {chapter!r}: {text}"
    return check


def test_purchases_are_those_invoiced(its, says):
    now, year_ago = its.bought([its.quarter]), its.bought([its.quarter - 4])
    year, before = its.bought(its.year), its.bought(its.year_before)
    says(OPENING, now)
    says(BUSINESS, now)
    if year_ago:
        rate = shown(100 * (now - year_ago) / year_ago, its.language, 1).lstrip("−")
        says(BUSINESS, now - year_ago, rate, year, year - before)
        direction = "more" if now > year_ago else "less"
        assert f"{direction} than a year before" in in_english_of(its)[BUSINESS]


def in_english_of(its: Account) -> dict[str, str]:
    """The English page of an account."""
    return in_english(next(one for one, name in SITUATIONS.items() if name == its.account_id))


def test_families_are_within_one_of_their_invoices_and_add_up_to_the_total(situation, its):
    words = tomllib.loads((its.folder / "qbr.toml").read_text(encoding="utf-8")).get("words", {})
    names = words.get(its.language, {})
    text = page(situation)[BUSINESS]
    now, year = its.families([its.quarter]), its.families(its.year)
    for family in year:
        row = re.search(rf"{re.escape(names.get(family, family))} ([−\d.,]+) (?:[−\d.,]+|–) "
                        rf"(?:[+−]?[\d.,]+ ?%|–) ([−\d.,]+)", text)
        assert row, f"{family} has no row in: {text}"
        printed = [Decimal(re.sub(r"[.,]", "", one).replace("−", "-")) for one in row.groups()]
        assert abs(printed[0] - now.get(family, 0)) <= 1, family
        assert abs(printed[1] - year[family]) <= 1, family
    assert len(year) >= (20 if situation == HUGE else 1)
    assert re.search(rf"{shown(its.bought([its.quarter]), its.language)} \S+ "
                     rf"{shown(its.bought(its.year), its.language)}", text), "the total"


def test_value_is_told_by_class(situation, its, says):
    estimated, soft = its.benefits("estimated"), its.benefits("soft")
    if its.confirmed or estimated:
        says(VALUE, its.confirmed + estimated, its.confirmed)
        says(OPENING, its.confirmed + estimated, its.confirmed)
    if estimated:
        says(VALUE, estimated)
    for amount in filter(None, (soft, its.services(EXTRA), its.services(PLAN))):
        says(VALUE, shown(amount, its.language))
    assert bool(its.confirmed or estimated) == (
        "No value is on record" not in in_english(situation)[VALUE])


def test_promises_are_counted_and_each_stands_with_its_reason(situation, its, says):
    of = {"de": "von", "en": "of"}[its.language]
    last = [*its.promises("ours"), *its.promises("theirs")] if its.rows("commitments") else []
    for row in last:
        says(PROMISED, row["text"], row["owner"], row.get("reason") or "")
    if last:
        ours = its.promises("ours")
        kept = sum(row["status"] == "kept" for row in ours)
        says(OPENING, f"{kept} {of} {len(ours)}")
    for row in its.rows("commitments"):
        if row["status"] == "open":
            says(AHEAD, row["text"])
    assert bool(last) == ("on record." not in in_english(situation)[PROMISED])


def test_misses_of_service_are_shown_with_their_remark(its, says):
    reached, missed = its.levels()
    of = {"de": "von", "en": "of"}[its.language]
    if reached or missed:
        says(OPENING, f"{len(reached)} {of} {len(reached) + len(missed)}")
    for row in missed:
        delivered = Decimal(row["delivered"])
        level = shown(delivered, its.language, 1 if delivered % 1 else 0)
        says(SERVICE, row["measure"], level, row.get("remark") or "")
    for row in reached:
        says(SERVICE, row["measure"])


def test_plan_shows_what_was_used_and_what_was_not(its, says):
    for name, (used, included) in its.used().items():
        says(IN_PLAN, f"{name} ")
        row = re.compile(rf"{re.escape(name)} \w+ {included} {used} {max(0, included - used)} ")
        assert row.search(in_english_of(its)[IN_PLAN]), f"{name}: {used} of {included}"
    if its.components:
        says(IN_PLAN, its.open_value())


def test_sum_that_would_have_to_be_bought_elsewhere_counts_nothing_unconfirmed(its, says):
    if its.elsewhere:
        says(IN_PLAN, shown(its.elsewhere, its.language))
    for row in its.rows("switching_costs"):
        if row["kind"] == "one_off" and row["class"] == "estimated":
            assert row["name"] not in in_english_of(its)[IN_PLAN]


def test_chapters_say_what_the_situation_asks_for(situation):
    told = in_english(situation)
    for chapter, words in SAID[situation].items():
        assert re.search(words, told[chapter]), f"{words!r} is not in: {told[chapter]}"
    assert not re.search(NOT_SAID[situation], " ".join(told.values()))


def test_page_holds_nothing_that_is_internal_or_of_others(situation, its):
    whole = " ".join(page(situation).values())
    english = " ".join(in_english(situation).values())
    assert not re.search(NEVER, whole + english)
    others = [row["name"] for row in its.table("accounts") if row["account_id"] != its.account_id]
    assert not [name for name in others if name in whole]
    named = {row.get(column) for table, column in (
        ("commitments", "owner"), ("benefits", "confirmed_by"), ("switching_costs", "confirmed_by"))
        for row in its.rows(table)}
    people = [row["name"] for row in its.rows("contacts") if row["name"] not in named]
    assert not [name for name in people if name in whole]


def test_return_that_is_not_positive_is_neither_told_nor_can_be_worked_out():
    its = account("negative return")
    year = {str(quarter) for quarter in its.year}
    effort = sum(Decimal(row["amount"]) for row in its.rows("customer_costs")
                 if row["quarter"] in year)
    assert its.confirmed + its.benefits("estimated") < its.bought(its.year) + effort
    assert shown(effort, its.language) not in " ".join(page("negative return").values())


def test_figures_are_printed_as_the_language_does(situation, its):
    whole = " ".join(page(situation).values())
    wrong = r"\d,\d{3}(?!\d)|[€$]\d" if its.language == "de" else r"\d\.\d{3}(?!\d)|\d [€$]"
    assert not re.search(wrong, whole)


def test_every_chapter_of_a_page_says_something(situation):
    assert all(page(situation).values())


def test_page_of_a_huge_account_stays_small():
    shown_html = exhibits(seen(HUGE), "external_review")
    assert sum(len(str(html.markup)) for *_, html in shown_html) < MOST_CHARACTERS


def test_ten_accounts_are_different_and_those_they_are_said_to_be():
    assert len(set(SITUATIONS.values())) == 10
    new, none, two = (account(one) for one in ("new account", "no plan", "two currencies"))
    assert new.bought(new.year[1:] + new.year_before) == 0 < new.bought(new.year[:1])
    assert not none.plan_id
    assert none.services(EXTRA) > 0
    assert {row["currency"] for row in two.rows("invoice_lines")} == {"EUR", "USD"}
    assert account("no confirmed value").benefits("confirmed") == 0
    assert not account("no service data").rows("service_levels")
    assert {row["status"] for row in account("all promises missed").promises("ours")} == {"missed"}
    lines = seen(HUGE).tables["value_lines"]
    assert len(lines) >= 60
    assert len(account(HUGE).rows("services")) >= 300


def test_risks_stand_in_the_language_of_the_account_and_only_where_it_is_exposed():
    in_german = page("all promises missed")[OUTLOOK]
    assert "Viele Werke stehen in denselben zwei Wochen still" in in_german
    assert "Sie nennen uns bis Mitte November Ihre Stillstandstage" in in_german
    assert "Many plants" not in in_german
    assert "Fewer construction orders" in page("two currencies")[OUTLOOK]
    unworded = disclose(sample_review(), ["A-006"])["A-006"]["tables"]["ahead"]
    assert not [row for row in unworded if "ship" in row["customer_risk"]]
