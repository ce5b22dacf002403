"""Sentences of the internal pages: true when a figure is zero, negative, missing, one or many."""

import pandas as pd
import pytest
from companies import (
    GOLD,
    MEASURED,
    MONTHLY_RATES,
    WHOLE_YEARS,
    evenly,
    reviewed,
    sales,
    sample_review,
    situation,
    text_of,
)
from notebook_page import exhibits
from test_sample import read

from qbrkit.report import outreach
from qbrkit.report.attack import gaps
from qbrkit.report.internal import (
    circle,
    data_quality,
    growing,
    margins,
    opening,
    readiness,
    value,
)
from qbrkit.report.language import language
from qbrkit.report.sentences import on_year_ago, words_of
from qbrkit.report.words import listed_names

EN = language("en")


# --- growth ------------------------------------------------------------------------------

@pytest.mark.parametrize(("now", "before", "told"), [
    (120, 100, "Revenue rose by €20 on the same quarter a year before. A grew most: +€20 "
               "(+20.0%)."),
    (70, 100, "Revenue fell by €30 on the same quarter a year before. A lost most: −€30 "
              "(−30.0%)."),
    (100, 100, "Revenue is the same as a year before."),
    (100.4, 100, "Revenue is the same as a year before."),
    (99.6, 100, "Revenue is the same as a year before."),
    (50, 0, "Revenue rose by €50 on the same quarter a year before. A grew most: +€50."),
    (0, 50, "Revenue fell by €50 on the same quarter a year before. A lost most: −€50 (−100.0%)."),
    (10, -40, "Revenue rose by €50 on the same quarter a year before. A grew most: +€50.")])
def test_growth_of_one_account(tmp_path, now, before, told):
    review = reviewed(tmp_path, invoice_lines=sales(
        "A", {"2025Q4": before, "2026Q1": 300, "2026Q4": now}))
    assert text_of(growing.grown(review)).split(" Over twelve months")[0] == told


@pytest.mark.parametrize(("dollars", "told"), [
    # 0.56 EUR for a dollar in November 2026 at 100 cents, 0.5 a year before.
    ((100, 100), "Revenue rose by €{rates} on the same quarter a year before, of which exchange "
                 "rates made +€{rates}."),
    ((0, 0), "Revenue is the same as a year before.")])
def test_exchange_rates_are_told_apart(tmp_path, dollars, told):
    before, now = dollars
    review = reviewed(
        tmp_path, accounts=[{"account_id": "A", "currency": "USD"}],
        exchange_rates=MONTHLY_RATES, invoice_lines=[
            *sales("A", {"2025Q4": before, "2026Q1": 9, "2026Q4": now}, currency="USD")])
    told_of_quarter = text_of(growing.grown(review)).split(" Over twelve months")[0]
    assert told_of_quarter == told.format(rates=12)   # 0.84 - 0.72 per dollar


@pytest.mark.parametrize(("euros", "told"), [
    (28, "is the same as a year before; exchange rates made +€12, all else −€12."),
    (10, "fell by €18 on the same quarter a year before; exchange rates made +€12, all else −€30."),
    (30, "rose by €2 on the same quarter a year before; exchange rates made +€12, all else −€10."),
    (60, "rose by €32 on the same quarter a year before, of which exchange rates made +€12.")])
def test_exchange_rates_are_a_part_of_the_change_only_where_they_are(tmp_path, euros, told):
    # A: 72 EUR before, 84 EUR by rates now; B: 40 EUR before.
    review = reviewed(
        tmp_path, accounts=[{"account_id": "A", "currency": "USD"}],
        exchange_rates=MONTHLY_RATES, invoice_lines=[
            *sales("A", {"2025Q4": 100, "2026Q1": 9, "2026Q4": 100}, currency="USD"),
            *sales("B", {"2025Q4": 40, "2026Q4": euros}, currency="EUR")])
    assert text_of(growing.grown(review)).startswith(f"Revenue {told}")
    assert on_year_ago(review, words_of(review)).endswith("on a year ago, constant currency")


def test_a_company_of_one_currency_has_no_constant_one():
    review = situation("lines alone")[0]
    assert on_year_ago(review, words_of(review)) == "0.0% on a year ago"


def test_without_a_year_ago_no_growth_is_told():
    review = situation("not covered a year ago")[0]
    assert "cannot be told" in text_of(growing.grown(review))
    assert "no year-ago quarter" in text_of(opening.key_figures(review))
    assert "year before" not in text_of(opening.five_findings(review))


# --- the circle --------------------------------------------------------------------------

def test_shares_are_of_all_revenue_also_that_of_nobody(tmp_path):
    review = reviewed(tmp_path, invoice_lines=[*evenly("A", 30), *evenly(None, 70)])
    told = text_of(circle.segments(review))
    assert told.startswith("1 of 1 accounts is Green Circle; it makes 30.0% of the revenue of the "
                           "last twelve months. ")
    assert told.endswith(" The largest fifth of the active accounts makes 30.0% of the revenue.")
    assert text_of(opening.key_figures(review)).endswith(
        "Their part of the quarter 30.0% of the quarter's revenue")


@pytest.mark.parametrize("name", ["nobody", "credits only", "all set aside", "zero"])
def test_an_empty_circle_is_said_and_nothing_is_claimed_of_it(name):
    review = situation(name)[0]
    assert review.green_circle.empty
    for section in (circle.segments, readiness.state):
        assert "No account is Green Circle." in text_of(section(review))
    for *_, html in exhibits(review):
        assert "Every Green Circle" not in text_of(html)
        assert "All were spoken with" not in text_of(html)


def test_decisions_name_whom_they_concern():
    assert text_of(opening.decisions_table(situation("nasty words")[0])).count("<script>") == 6
    assert text_of(opening.to_decide(situation("lines alone")[0])) == (
        "No rule calls for a decision: nothing stands out in any section below.")
    assert "the contract of Alpha ends within 180 days" in text_of(
        opening.decisions_table(situation("plan unused")[0]))
    assert "the contracts of Account 59, Account 58, Account 57 and 57 more end within" in text_of(
        opening.decisions_table(situation("many")[0]))
    assert "A fell out of the Green Circle" in text_of(
        opening.decisions_table(situation("credits this quarter")[0]))


# --- margin ------------------------------------------------------------------------------

def test_margin_that_is_known_has_no_range():
    assert "between" not in text_of(opening.key_figures(situation("loses money")[0]))
    assert "between −€11 and €106" in text_of(opening.key_figures(situation("cost in part")[0]))


# --- contacts, value, promises -----------------------------------------------------------

def test_gaps_in_singular_and_plural(tmp_path):
    assert text_of(gaps.found(situation("lines alone")[0])) == (
        "The rules find no gap in any Green Circle account. Not judged, since the export does not "
        "hold it: contacts, activities, benefits, services, complaints, commitments, objectives, "
        "deals. Prices are not compared: too little was bought, with its quantity, by at least "
        "six accounts.")
    assert text_of(gaps.found(situation("all missed")[0])).startswith(
        "A competitor would find 1 gap in 1 Green Circle account. The largest account with a gap "
        "is A: 1 gap, revenue of €400 in twelve months.")
    review = reviewed(tmp_path, accounts=GOLD, invoice_lines=evenly("A", 100),
                      benefits=[MEASURED | {"quarter": "2025Q1"}])
    assert text_of(gaps.found(review)).startswith(
        "A competitor would find 2 gaps in 1 Green Circle account. The largest account with a gap "
        "is Alpha: 2 gaps, ")


def test_calls_of_one_and_of_none(tmp_path):
    review = reviewed(tmp_path, accounts=[{"account_id": "B", "do_not_contact": "yes"},
                                          {"account_id": "A"}, {"account_id": "C"}],
                      invoice_lines=[*evenly("A", 100), *evenly("B", 1), *evenly("C", 1)])
    assert text_of(outreach.plan(review)).startswith(
        "1 transactional account is reached by phone and e-mail, with ")
    assert text_of(outreach.plan(review)).endswith(
        "1 asked not to be contacted and gets none.")
    assert text_of(outreach.plan(situation("all set aside")[0])) == (
        "No transactional account is to be contacted. 1 asked not to be contacted and gets none.")


# --- data quality ------------------------------------------------------------------------

def test_data_quality(tmp_path):
    assert text_of(data_quality.state(situation("lines alone")[0])) == (
        "Every row of the exports could be used.")
    assert "Lines without an account make €1,200 in all" in text_of(
        data_quality.state(situation("nobody")[0]))
    review = reviewed(
        tmp_path, toml="[checks]\nmax_refused_share = 1.0" + WHOLE_YEARS, invoice_lines=[
            *evenly("A", 100), {"invoice_date": "soon", "account_id": "A", "revenue": 40}])
    assert text_of(data_quality.state(review)) == (
        "1 row of invoice_lines could not be used and is left out; its revenue, where known, is "
        "€40.")


@pytest.mark.parametrize(("lines", "told"), [
    # one row with two faults is one row, and its 40 count once
    ([{"invoice_date": "soon", "account_id": "A", "revenue": 40, "quantity": "?"}],
     "1 row of invoice_lines could not be used and is left out; its revenue, where known, is €40."),
    ([{"invoice_date": "soon", "account_id": "A", "revenue": 40},
      {"invoice_date": "2026-11-02", "account_id": "A", "revenue": "?"},
      {"invoice_date": "soon", "account_id": "A", "revenue": 9, "currency": "USD"}],
     "3 rows of invoice_lines could not be used and are left out; their revenue, where known, is "
     "€40. 1 of these lines is in another currency and not in the sum."),
    ([{"invoice_date": "2026-11-02", "account_id": "A", "revenue": 1, "quantity": "?"}],
     "No row of the exports had to be left out. 1 row of invoice_lines counts without a value that "
     "could not be read."),
    ([{"invoice_date": "2026-11-02", "account_id": "A", "revenue": 1, "invoice_id": "I",
       "line_id": "1"}] * 3,
     "No row of the exports had to be left out. 2 rows of invoice_lines repeat other ones and "
     "count once with them.")])
def test_data_quality_counts_every_row_once_with_its_money(tmp_path, lines, told):
    review = reviewed(tmp_path, toml="[checks]\nmax_refused_share = 1.0" + WHOLE_YEARS,
                      invoice_lines=[*evenly("A", 100), *lines])
    assert text_of(data_quality.state(review)) == told


def test_data_quality_of_other_tables_has_no_money(tmp_path):
    review = reviewed(tmp_path, toml="[checks]\nmax_refused_share = 1.0" + WHOLE_YEARS,
                      invoice_lines=evenly("A", 100), targets=[
                          {"quarter": "soon", "revenue": 5}, {"quarter": "2026Q4", "revenue": 5}])
    assert text_of(data_quality.state(review)) == (
        "1 row of targets could not be used and is left out.")


@pytest.mark.parametrize(("count", "told"), [
    (0, ""), (1, "N0"), (2, "N0 and N1"), (3, "N0, N1 and N2"), (4, "N0, N1, N2 and 1 more"),
    (9, "N0, N1, N2 and 6 more")])
def test_names_in_a_sentence(count, told):
    assert listed_names([f"N{at}" for at in range(count)], EN) == told


def test_a_name_with_braces_is_no_placeholder(tmp_path):
    review = reviewed(tmp_path, accounts=[{"account_id": "A", "name": "{money} {0} GmbH"}],
                      invoice_lines=sales("A", {"2025Q4": 1, "2026Q4": 9}))
    assert "{money} {0} GmbH grew most" in str(growing.grown(review).markup)


# --- the sample company, held against its CSV files with pandas alone ----------------------

@pytest.fixture(scope="module")
def sample():
    return sample_review()


@pytest.fixture(scope="module")
def names():
    return read("accounts").set_index("account_id")["name"]


@pytest.fixture(scope="module")
def by_account(sample):
    """Revenue of July to September 2026 and 2025 per top account, at the rates of 2025."""
    lines, accounts = read("invoice_lines"), read("accounts").set_index("account_id")
    rates = read("exchange_rates").set_index(["currency", "month"])["rate"]
    lines["invoice_date"] = pd.to_datetime(lines["invoice_date"])
    lines = lines[lines["invoice_date"].dt.month.isin([7, 8, 9])]
    top = lines["account_id"].map(accounts["parent_id"]).fillna(lines["account_id"]).fillna(
        "nobody")

    def converted(year_of_rates):
        months = lines["invoice_date"].dt.strftime(f"{year_of_rates}-%m")
        rate = pd.Series([1.0 if currency in {"EUR", None} or pd.isna(currency)
                          else float(rates[currency, month]) for currency, month in
                          zip(lines["currency"], months, strict=True)], index=lines.index)
        return lines["revenue"].astype(float) * rate

    def quarter_of(year):
        return lines["invoice_date"].between(f"{year}-07-01", f"{year}-09-30 23:59")

    return pd.DataFrame({
        "before": converted(2025)[quarter_of(2025)].groupby(top).sum(),
        "now": converted(2026)[quarter_of(2026)].groupby(top).sum(),
        "now_at_old_rates": converted(2025)[quarter_of(2026)].groupby(top).sum()}).fillna(0.0)


def test_sample_grows_fastest_and_loses_most(sample, names, by_account):
    green = by_account.loc[sample.green_circle["account_id"]]
    change = green["now_at_old_rates"] - green["before"]
    assert change.idxmax() == "A-005"
    told = text_of(growing.grown(sample))
    for account, verb, sign in ((change.idxmax(), "grew", "+"), (change.idxmin(), "lost", "−")):
        rate = abs(change[account] / green["before"][account])
        assert (f"{names[account]} {verb} most: {sign}€{abs(change[account]):,.0f} "
                f"({sign}{rate:.1%}).") in told


def test_sample_company_growth(sample, by_account):
    change = (by_account["now"] - by_account["before"]).sum()
    rates = (by_account["now"] - by_account["now_at_old_rates"]).sum()
    assert (f"Revenue rose by €{change:,.0f} on the same quarter a year before, of which exchange "
            f"rates made +€{rates:,.0f}.") in text_of(opening.five_findings(sample))


def test_sample_decisions(sample, names):
    told = text_of(opening.decisions_table(sample))
    assert f"Raise the price or stop the loss at {names['A-008']}." in told
    assert f"{names['A-020']}: new in the Green Circle" in told
    assert f"the contract of {names['A-007']} ends within 180 days" in told


def test_sample_sales_to_nobody(sample):
    lines = read("invoice_lines")
    nobody = lines[lines["account_id"].isna()]
    assert (set(nobody["currency"].dropna()) or {"EUR"}) == {"EUR"}
    money = nobody["revenue"].astype(float).sum()
    assert f"Lines without an account make €{money:,.0f} in all" in text_of(
        data_quality.state(sample))


def test_sample_margin_and_value(sample, names):
    lines, accounts = read("invoice_lines"), read("accounts").set_index("account_id")
    assert accounts.loc["A-008", "currency"] == "EUR"
    own = lines[(lines["account_id"] == "A-008")
                & pd.to_datetime(lines["invoice_date"]).between("2025-10-01", "2026-09-30")]
    told = text_of(margins.margin_spread(sample))
    assert told.startswith(f"1 account loses money: {names['A-008']} cost €")
    at_best = own["revenue"].astype(float).sum() - own["cost"].astype(float).sum()
    assert at_best < 0
    assert own["cost"].isna().sum() == 0 or at_best > -20_000
    assert (f"For 1 account, {names['A-016']}, the documented value does not cover"
            in text_of(value.state(sample)))
