"""Small companies for tests: a workspace folder written from a few records.

    folder = company(tmp_path, invoice_lines=[{"invoice_date": "2026-02-10", …}],
                     contacts=[…], toml="[segmentation]\ncut_share = 0.7")
"""

import csv
import os
import pickle
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd

from qbrkit.columns import TABLES
from qbrkit.disclosure import AccountView, disclose, read_view, write_view
from qbrkit.reviews import QuarterReview, review_quarter

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
COMPANY = '[company]\nname = "Supplier & Söhne"\n'
WHOLE_YEARS = "\n[periods]\ndata_from = 2024-01-01\ndata_until = 2026-12-31\n"
"""The days without an invoice are known to be whole: the last complete quarter is 2026Q4."""


def company(folder: Path, toml: str = WHOLE_YEARS, head: str = COMPANY,
            commentary: Mapping[str, str] | None = None,
            **tables: Iterable[Mapping[str, Any]]) -> Path:
    """Write a workspace and return its folder; values that are None stay empty.

    A file has the columns that its records name, so that a column no record names is one
    that the export lacks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "qbr.toml").write_text(head + toml, encoding="utf-8")
    for name, records in tables.items():
        rows = list(records)
        columns = list(dict.fromkeys(key for row in rows for key in row))
        unknown = set(columns) - set(TABLES[name].names)
        assert not unknown, f"{name} has no columns {sorted(unknown)}"
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns or TABLES[name].names)
            writer.writeheader()
            writer.writerows(rows)
    for account, words in (commentary or {}).items():
        (folder / "commentary").mkdir(exist_ok=True)
        (folder / "commentary" / f"{account}.md").write_text(words, encoding="utf-8")
    return folder


def sales(account: str | None, amounts: Mapping[str, float], **columns: Any,
          ) -> list[dict[str, Any]]:
    """One invoice line per quarter, in the middle of it: ``sales("A", {"2026Q4": 100})``.

    Quarters are calendar quarters; `columns` are the same in every line.
    """
    return [{"invoice_date": f"{pd.Period(quarter, 'Q-DEC').start_time + pd.Timedelta(days=40):%F}",
             "account_id": account, "revenue": amount, **columns}
            for quarter, amount in amounts.items()]


def evenly(account: str | None, amount: float, **columns: Any) -> list[dict[str, Any]]:
    """The same amount in every quarter of the three years."""
    quarters = [str(one) for one in pd.period_range("2024Q1", "2026Q4", freq="Q-DEC")]
    return sales(account, dict.fromkeys(quarters, amount), **columns)


def scores(day: str, guesses: Mapping[tuple[str, str], Mapping[str, float]], loss: float = 1000,
           **columns: Any) -> list[dict[str, Any]]:
    """Blind scores of one session by account and dimension: ``{("A", "price"): {"Sales 1": 0.5}}``.

    The department is the rater's name without its number; the chance is 0.1 more or less.
    """
    return [{"session_date": day, "round": 2, "rater": rater, "department": rater.split()[0],
             "account_id": account, "dimension": dimension, "loss": loss, "ease": 3,
             "probability_low": max(0.0, best - 0.1), "probability_best": best,
             "probability_high": min(1.0, best + 0.1), "move": f"attack {dimension}", **columns}
            for (account, dimension), best_of in guesses.items()
            for rater, best in best_of.items()]


def by_raters(*best: float) -> dict[str, float]:
    """Best guesses of one rater after the other: the first two of Sales, the others of Service."""
    return {f"{'Sales' if at < 2 else 'Service'} {at}": one for at, one in enumerate(best)}


AGREED = {("A", "price"): by_raters(0.56, 0.58, 0.6, 0.62, 0.64),
          ("A", "delivery"): by_raters(0.4, 0.41, 0.42, 0.43, 0.44),
          ("B", "price"): by_raters(0.18, 0.19, 0.2, 0.21, 0.22),
          ("B", "delivery"): by_raters(0.01, 0.02, 0.03, 0.04, 0.05)}
"""A panel that agrees, and begins with A by price."""
DIVIDED = {("A", "price"): by_raters(0.1, 0.1, 0.8, 0.9, 0.9),
           ("A", "delivery"): by_raters(0.9, 0.1, 0.5, 0.2, 0.7),
           ("B", "price"): by_raters(0.5, 0.9, 0.1, 0.3, 0.2),
           ("B", "delivery"): by_raters(0.2, 0.7, 0.6, 0.1, 0.9)}
"""A panel that is divided; Sales sees nothing of what Service sees on the price of A."""


def view_of(review: QuarterReview, account: str, folder: Path) -> AccountView:
    """What the customer sees, through its file."""
    file = folder / f"view_{account}.json"
    write_view(disclose(review, [account])[account], file)
    return read_view(file)


def reviewed(folder: Path, quarter: str = "", **given: Any) -> QuarterReview:
    """The review of a company just written."""
    return review_quarter(company(folder, **given), quarter)


def viewed(folder: Path, account: str = "A", quarter: str = "", **given: Any) -> AccountView:
    """The view of one account of a company just written."""
    return view_of(reviewed(folder, quarter, **given), account, folder)


# --- situations that every sentence, table and chart must stand ---------------------------

NASTY = """<script>alert("1")</script> & O'Neil "Q" Öl $x_1$ 株式会社 <!-- c --> &amp; \\n 100% """
LONG = "Gesellschaft für " + "sehr lange " * 12 + "Namen mbH & Co. KG"
MEASURED = {"account_id": "A", "benefit_id": "B", "quarter": "2026Q4", "name": "less scrap",
            "baseline": 0, "actual": 9, "unit_value": 100, "class": "confirmed"}
PROMISE = {"account_id": "A", "review_quarter": "2026Q3", "side": "ours", "text": "deliver",
           "owner": "Ann", "due": "2026-12-01", "status": "kept"}
NEXT = PROMISE | {"review_quarter": "2026Q4", "due": "2027-02-01", "status": "open"}
LEVEL = {"account_id": "A", "quarter": "2026Q4", "measure": "on time", "promised": 95,
         "delivered": 97}
GOLD = [{"account_id": "A", "name": "Alpha", "plan_id": "GOLD", "owner": "Ann",
         "contract_end": "2027-02-28"}]
COMPONENT = {"plan_id": "GOLD", "component_id": "C", "name": "inspection",
             "included_quantity": 4, "unit_list_value": 70, "plan_only": "yes"}
DELIVERED = {"account_id": "A", "date": "2026-12-01", "component_id": "C", "quantity": 1,
             "evidence": "S-1"}
DEAL = {"account_id": "A", "family": "Drives", "amount": 10, "close_date": "2026-05-05",
        "outcome": "won"}
MONTHLY_RATES = [{"currency": "USD", "month": str(month), "rate": 0.5 + at / 100}
                 for at, month in enumerate(pd.period_range("2024-01", "2026-12", freq="M"))]
LAST_YEAR = "\n[periods]\ndata_from = 2026-01-01\ndata_until = 2026-12-31\n"

SITUATIONS: dict[str, dict[str, Any]] = {
    "lines alone": {"invoice_lines": evenly("A", 100)},
    "tables without rows": {
        "invoice_lines": evenly("A", 100), **{name: [] for name in (
            "accounts", "products", "contacts", "activities", "plan_components", "services",
            "benefits", "customer_costs", "service_levels", "complaints", "commitments",
            "objectives", "segment_overrides")}},
    "tables of others": {
        "invoice_lines": [*evenly("A", 100), *evenly("B", 90)],
        "benefits": [MEASURED | {"account_id": "B"}], "commitments": [
            PROMISE | {"account_id": "B"}, NEXT | {"account_id": "B"}],
        "service_levels": [LEVEL | {"account_id": "B"}], "plan_components": [COMPONENT],
        "accounts": [{"account_id": "B", "plan_id": "GOLD"}],
        "contacts": [{"contact_id": "K", "account_id": "B", "email": "k@b.example"}],
        "activities": [{"account_id": "B", "contact_id": "K", "date": "2026-12-01",
                        "direction": "two_way", "owner": "Ann"}]},
    "nobody": {"invoice_lines": [*evenly(None, 100), *sales("A", {"2024Q1": 5})]},
    "credits only": {"invoice_lines": evenly("A", -100, cost=-70)},
    "credits this quarter": {"invoice_lines": [*evenly("A", 100, cost=20),
                                               *sales("A", {"2026Q4": -500}, cost=-10)]},
    "nothing this quarter": {"invoice_lines": sales("A", {"2025Q4": 70, "2026Q2": 90})},
    "nothing a year ago": {"invoice_lines": sales("A", {"2024Q1": 5, "2026Q4": 90})},
    "new this quarter": {"invoice_lines": [*sales("A", {"2026Q4": 90}), *evenly("B", 3)]},
    "zero": {"invoice_lines": evenly("A", 0, list_value=10)},
    "cents": {"invoice_lines": evenly("A", 0.01, cost=0.01), "benefits": [
        MEASURED | {"actual": 0.0001}]},
    "not covered a year ago": {"toml": LAST_YEAR, "invoice_lines": evenly("A", 10)[8:]},
    "partial": {"toml": "\n[periods]\nallow_partial = true\ndata_until = 2026-11-15\n",
                "quarter": "2026Q4", "invoice_lines": evenly("A", 10)},
    "many": {
        "toml": '\n[segmentation]\ncut_share = 0.95\n' + WHOLE_YEARS,
        "accounts": [{"account_id": f"A{at}" if at else "A", "name": f"Account {at}",
                      "owner": f"Owner {at % 3}", "contract_end": "2027-01-15"}
                     for at in range(60)],
        "products": [{"product_id": f"P{at}", "family": f"Family {at}"} for at in range(30)],
        "invoice_lines": [
            *(line for at in range(60) for line in evenly(
                f"A{at}" if at else "A", 1000 + 10 * at, cost=1200 if at % 7 == 3 else 400)),
            *(line for at in range(30) for line in sales(
                "A", {"2026Q4": 10.5 + at, "2025Q4": 20}, product_id=f"P{at}"))],
        "contacts": [{"contact_id": f"K{at}", "account_id": "A", "email": f"k{at}@a.example",
                      "roles": "influencer"} for at in range(14)],
        "activities": [{"account_id": "A", "contact_id": f"K{at}", "date": "2026-12-20",
                        "direction": "two_way", "owner": "Ann"} for at in range(14)],
        "benefits": [MEASURED | {"benefit_id": f"B{at}", "name": f"benefit {at}",
                                 "evidence": f"E-{at}"} for at in range(40)],
        "commitments": [PROMISE | {"account_id": f"A{at}" if at else "A", "text": f"promise {at}",
                                   "status": ("kept", "missed", "open", "dropped")[at % 4]}
                        for at in range(40)] + [NEXT],
        "complaints": [{"account_id": "A", "date": "2026-12-12", "status": "open"}] * 3,
        "commentary": {"A": "Hello", "A1": "Hello"}},
    "all missed": {"invoice_lines": evenly("A", 100), "commitments": [
        PROMISE | {"status": "missed"}, PROMISE | {"status": "open", "text": "call"},
        PROMISE | {"side": "theirs", "status": "missed", "text": "pay"}],
        "service_levels": [LEVEL | {"delivered": 12}]},
    "one missed": {"invoice_lines": evenly("A", 100), "commitments": [
        PROMISE, PROMISE | {"status": "missed", "text": "call"}]},
    "only their promises": {"invoice_lines": evenly("A", 100), "commitments": [
        PROMISE | {"side": "theirs"}, NEXT | {"side": "theirs"}]},
    "promises of an older review": {"invoice_lines": evenly("A", 100), "commitments": [
        PROMISE | {"review_quarter": "2025Q3", "status": "open", "owner": None, "due": None}]},
    "negative return": {"invoice_lines": evenly("A", 100), "benefits": [
        MEASURED | {"actual": 1}]},
    "negative value": {"invoice_lines": evenly("A", 100), "benefits": [
        MEASURED | {"actual": -9}]},
    "confirmed above the sum": {"invoice_lines": evenly("A", 100), "benefits": [
        MEASURED, MEASURED | {"benefit_id": "B2", "actual": -2, "class": "estimated",
                              "name": "hours"}]},
    "value not measured": {"invoice_lines": evenly("A", 100), "benefits": [
        MEASURED | {"actual": None, "evidence": None}]},
    "soft value": {"invoice_lines": evenly("A", 100), "benefits": [MEASURED | {"class": "soft"}]},
    "plan unused": {"invoice_lines": evenly("A", 100), "accounts": GOLD,
                    "plan_components": [COMPONENT]},
    "plan without list value": {
        "invoice_lines": evenly("A", 100), "accounts": GOLD, "services": [DELIVERED],
        "plan_components": [COMPONENT | {"unit_list_value": None, "included_quantity": None}]},
    "plan without anything of its own": {
        "invoice_lines": evenly("A", 100), "accounts": GOLD, "services": [DELIVERED],
        "plan_components": [COMPONENT | {"plan_only": "no"}]},
    "plan and switching costs": {
        "invoice_lines": evenly("A", 100), "accounts": GOLD,
        "plan_components": [
            COMPONENT | {"valid_from": "2025-03-01", "valid_to": "2027-01-31"},
            COMPONENT | {"component_id": "D", "name": "hotline", "valid_from": "2024-01-01"}],
        "services": [DELIVERED, DELIVERED | {"component_id": "D", "quantity": 5},
                     {"account_id": "A", "date": "2026-12-02", "service_id": "call",
                      "quantity": 1, "unit_list_value": 9, "charged": 12}],
        "switching_costs": [
            {"account_id": "A", "kind": kind, "name": name, "amount": 90, "class": sure}
            for kind, name, sure in [("rebate", "bonus", None), ("one_off", "approval",
                                     "confirmed"), ("one_off", "training", "estimated")]]},
    "services not promised": {"invoice_lines": evenly("A", 100), "service_levels": [
        LEVEL | {"promised": None}, LEVEL | {"delivered": None, "measure": "whole"}]},
    "set by hand": {
        "accounts": [{"account_id": "A"}], "invoice_lines": evenly("B", 10),
        "segment_overrides": [{"account_id": "A", "segment": "green_circle", "reason": "board",
                               "expires": "2027-12-31"}]},
    "all set aside": {
        "accounts": [{"account_id": "A", "do_not_contact": "yes"}],
        "invoice_lines": evenly("A", 10),
        "segment_overrides": [{"account_id": "A", "segment": "transactional", "reason": "board",
                               "expires": "2027-12-31"}]},
    "loses money": {"invoice_lines": evenly("A", 100, cost=150)},
    "cost in part": {"invoice_lines": [*evenly("A", 100, cost=150), *evenly("A", 100, cost=20),
                                       *evenly("B", 90), *sales("B", {"2026Q4": 5}, cost=1)]},
    "foreign account": {
        "accounts": [{"account_id": "A", "currency": "USD", "language": "de"}],
        "exchange_rates": MONTHLY_RATES, "invoice_lines": [
            *evenly("A", 100, currency="USD"), *evenly("A", 10, currency="EUR"),
            *evenly("B", 30, currency=None)], "benefits": [MEASURED]},
    "foreign account without rates": {
        "accounts": [{"account_id": "A", "currency": "USD"}],
        "invoice_lines": evenly("A", 100, currency="EUR"), "benefits": [MEASURED]},
    "currency that is none": {
        "head": '[company]\nname = "We"\ncurrency = "XQZ"\n', "invoice_lines": evenly("A", 1234),
        "benefits": [MEASURED], "accounts": GOLD, "plan_components": [COMPONENT]},
    "German company": {
        "head": '[company]\nname = "Wir"\nlanguage = "de"\nreviews_per_quarter = 1\n',
        "accounts": [{"account_id": "A", "language": "de"}],
        "invoice_lines": [*evenly("A", 1234, cost=500), *evenly("B", 800, cost=900)],
        "benefits": [MEASURED], "commitments": [PROMISE, NEXT], "service_levels": [LEVEL]},
    "competitors": {
        "accounts": [{"account_id": "A", "territory": "North"},
                     {"account_id": "B", "territory": "South"}],
        "products": [{"product_id": "P", "family": "Drives"}],
        "invoice_lines": [*sales("A", {"2025Q4": 90, "2026Q2": 40}, product_id="P"),
                          *evenly("B", 100, product_id="P")],
        "deals": [DEAL | {"deal_id": f"D{at}"} | one for at, one in enumerate([
            *[{"close_date": "2025-05-05"}] * 10,
            *[{"outcome": "lost", "competitor": "Rival", "loss_reason": "price"}] * 8,
            {"outcome": "lost", "competitor": "rival ; Second", "amount": None},
            {"outcome": "open", "competitor": "Second", "close_date": "2027-01-31"},
            *[{"account_id": "B", "competitor": "Calm", "close_date": day}
              for day in ("2025-05-05", "2026-05-05") for _ in range(4)],
            {"account_id": "B", "outcome": "no_decision"}, {"close_date": None}])],
        "competitor_signals": [
            {"competitor": "Seen", "territory": "South", "date": f"{year}-0{month}-05",
             "kind": "adverts", "value": value + month} for year, value in ((2025, 1), (2026, 20))
            for month in (1, 2, 3)],
        "complaints": [{"account_id": "A", "date": "2026-12-12", "status": "open"}]},
    "deals that tell nothing": {
        "invoice_lines": evenly("A", 100),
        "deals": [{"deal_id": "D1", "amount": 5}, {"deal_id": "D2", "close_date": "2026-05-05"}],
        "competitor_signals": [{"competitor": "?", "date": "2026-05-05"}]},
    "panel that agrees": {
        "accounts": [{"account_id": one, "name": name, "territory": "South"}
                     for one, name in (("A", "Alpha"), ("B", "Beta"))],
        "invoice_lines": [*evenly("A", 100), *evenly("B", 90)],
        "black_ops_scores": [*scores("2025-06-01", AGREED), *scores("2026-10-01", AGREED)],
        "deals": [{"deal_id": f"D{at}", "account_id": "A", "competitor": "Rival", "amount": 50,
                   "close_date": day, "outcome": "lost"}
                  for at, day in enumerate(["2025-05-01", "2025-10-01", "2026-12-20"])],
        "counter_measures": [
            {"session_date": "2026-10-01", "account_id": "A", "dimension": "price",
             "measure": "bind the price", "owner": "Ann", "due": "2026-11-01"},
            {"session_date": "2026-10-01", "account_id": "B", "measure": "visit"},
            {"session_date": "2026-10-01", "account_id": "B", "dimension": "delivery",
             "measure": "stock", "owner": "Ann", "due": "2026-12-01", "status": "done"}]},
    "panel that is divided": {
        "accounts": [{"account_id": "A", "name": NASTY, "territory": NASTY}],
        "invoice_lines": [*evenly("A", 100), *evenly("B", 90)],
        "black_ops_scores": [one | {"move": NASTY, "dimension": f"{NASTY}{one['dimension']}",
                                    "department": f"{NASTY}{one['department']}"}
                             for one in scores("2026-10-01", DIVIDED, round=1)]},
    "nasty words": {
        "head": "[company]\nname = '''" + NASTY.strip() + "'''\n",
        "accounts": [{"account_id": "A", "name": NASTY, "owner": NASTY, "territory": NASTY,
                      "plan_id": "GOLD", "contract_end": "2027-02-28"},
                     {"account_id": "B", "name": LONG, "owner": LONG}],
        "products": [{"product_id": "P", "family": NASTY, "name": NASTY},
                     {"product_id": "Q", "family": LONG, "name": LONG}],
        "targets": [{"territory": NASTY, "quarter": "2026Q4", "revenue": 500},
                    {"territory": LONG, "quarter": "2026Q4", "revenue": 500}],
        "invoice_lines": [*evenly("A", 100, cost=130, product_id="P"),
                          *sales("A", {"2026Q4": 10}, cost=5, product_id="Q"),
                          *evenly("B", 90, cost=40, product_id="Q")],
        "benefits": [MEASURED | {"name": NASTY, "evidence": NASTY}, MEASURED | {
            "benefit_id": "B2", "name": LONG, "class": "estimated", "evidence": LONG}],
        "plan_components": [COMPONENT | {"name": NASTY}], "services": [DELIVERED | {
            "evidence": NASTY + "2"}, {"account_id": "A", "date": "2026-12-02", "quantity": 1,
                                       "unit_list_value": 9, "service_id": NASTY}],
        "service_levels": [LEVEL | {"measure": NASTY, "delivered": 1},
                           LEVEL | {"measure": LONG, "delivered": 2}],
        "commitments": [PROMISE | {"text": NASTY, "owner": NASTY, "status": "missed"},
                        NEXT | {"text": LONG, "owner": LONG}],
        "contacts": [{"contact_id": "K", "account_id": "A", "name": NASTY, "roles": NASTY}],
        "activities": [{"account_id": "A", "contact_id": "K", "date": "2026-09-01",
                        "direction": "two_way", "owner": NASTY}],
        "objectives": [{"account_id": "A", "family": "other", "text": NASTY}],
        "deals": [DEAL | {"deal_id": f"D{at}", "outcome": "lost", "competitor": name,
                          "loss_reason": name} for at, name in enumerate([NASTY, LONG] * 3)],
        "risks": [{"risk_id": "R", "account_id": "A", "customer_risk": NASTY, "owner": NASTY,
                   "customer_answer": LONG, "window_start": "2027-03-01"}],
        "commentary": {"A": NASTY}},
}


@cache
def situation(name: str) -> tuple[QuarterReview, AccountView | None]:
    """The review of a company in one of the situations, and the view of its account A."""
    return once(f"situation-{list(SITUATIONS).index(name)}", lambda: _situation(name))


@cache
def sample_review() -> QuarterReview:
    """The review of the sample company."""
    return once("sample", lambda: review_quarter(SAMPLE, "2026Q4"))


def once(name: str, compute: Callable[[], Any]) -> Any:
    """What is computed once in a test run: the workers of pytest-xdist hand it to each other."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if not run:
        return compute()
    file = Path(tempfile.gettempdir()) / f"reviews-{run}" / name
    if file.exists():
        return pickle.loads(file.read_bytes())
    made = compute()
    file.parent.mkdir(exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(pickle.dumps(made))
    unfinished.replace(file)
    return made


def _situation(name: str) -> tuple[QuarterReview, AccountView | None]:
    given = dict(SITUATIONS[name])
    quarter = given.pop("quarter", "")
    with tempfile.TemporaryDirectory() as folder:
        review = reviewed(Path(folder), quarter, **given)
        has_a = (review.accounts["account_id"] == "A").any()
        return review, view_of(review, "A", Path(folder)) if has_a else None


class Page(HTMLParser):
    """A piece of a page, read strictly: every tag is known and closed where it belongs."""

    TAGS = frozenset(
        "p span div dl dt dd ol ul li em strong br table caption thead tbody tfoot tr th td figure "
        "figcaption svg title desc defs style g path text tspan use clippath rect blockquote "
        "footer h3 a".split())
    ALONE = frozenset({"br", "use"})
    INLINE = frozenset({"span", "em", "strong", "tspan"})

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.parts: list[str] = []
        self.feed(markup)
        self.close()
        assert not self.stack, f"not closed: {self.stack}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag with its attributes."""
        assert tag in self.TAGS, f"<{tag}> does not belong there: {self.get_starttag_text()}"
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id" and value]
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in self.INLINE:
            self.parts.append(" ")
        if tag not in self.ALONE:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself, as in SVG."""
        self.handle_starttag(tag, attrs)
        if tag not in self.ALONE:
            self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close the tag opened last."""
        if tag not in self.INLINE:
            self.parts.append(" ")
        if tag not in self.ALONE:
            assert self.stack.pop() == tag

    def handle_comment(self, data: str) -> None:
        """Refuse comments."""
        raise AssertionError(f"a comment: {data}")

    def handle_data(self, data: str) -> None:
        """Keep the text that is read, without the style sheet of a chart."""
        if "style" not in self.stack:
            self.parts.append(data)

    @property
    def text(self) -> str:
        """The words as read, blanks collapsed, those of different elements apart."""
        return " ".join("".join(self.parts).split())


def text_of(html: Any) -> str:
    """The words of a piece of a page, which is checked on the way."""
    return check(html).text


def check(html: Any) -> Page:
    """Read a piece of a page; whatever no reader should see is an error."""
    page = Page(str(html.markup))
    words = page.text.replace(" ".join(NASTY.split()), "X")
    for bad in (r"\bnan\b", r"\bNone\b", r"\bNaT\b", r"\binf\b", r"<NA>", r"[{}]", r"\bTrue\b",
                r"\bFalse\b", r"(?<![\w.])-\d", r"Timestamp|Period\(", r"\(\)", r"  ", r" [.,;]"):
        assert not re.search(bad, words), f"{bad} in: {words}"
    assert len(set(page.ids)) == len(page.ids)
    return page


def check_chart(page: Page, markup: str) -> None:
    """A chart is named and described, has real text, and holds nothing of the program."""
    svg = next(attributes for tag, attributes in page.tags if tag == "svg")
    tags = [tag for tag, _ in page.tags]
    assert svg["role"] == "img"
    assert set(str(svg["aria-labelledby"]).split()) <= set(page.ids)
    assert tags[tags.index("svg") + 1:][:2] == ["title", "desc"]
    assert "text" in tags
    for forbidden in ("metadata", "<!--", "dc:date", "font-family", "matplotlib", "base64",
                      "glyph"):
        assert forbidden not in markup
    assert set(re.findall(r"(?:url\(|href=\")#(\w+)", markup)) <= set(page.ids)
    addresses = set(re.findall(r'https?://[^"]*', markup))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert len(markup.encode()) < 60_000
