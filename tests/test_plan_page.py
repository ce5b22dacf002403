"""The page of the transactional plan: capacity, what falls out, and a part per account manager."""

import re

import pandas as pd
import pytest
from companies import (
    WHOLE_YEARS,
    check,
    evenly,
    reviewed,
    sales,
    text_of,
)

from qbrkit.report import outreach
from qbrkit.report.language import language
from qbrkit.report.plan import figures, findings, tables
from qbrkit.report.plan.reasons import Grounds, what_to_say, why, worded_calls
from qbrkit.year_plan import CONTRACT, REASONS, REGULAR

EN = language("en")
SHOWN = [outreach.plan, outreach.managers_table, findings.load, figures.load, findings.left_out,
         tables.left_out, findings.do_not_contact, tables.do_not_contact, findings.holidays,
         findings.users, tables.users]
BYTES_AT_MOST = 150_000


def firm(folder, accounts, toml="", lines=(), **tables_given):
    """A company with one large account Z, and small ones that are transactional."""
    small = [line for at, one in enumerate(accounts)
             for line in evenly(one["account_id"], 10 + at, cost=5)]
    return reviewed(folder, toml=toml + WHOLE_YEARS, accounts=[{"account_id": "Z"}, *accounts],
                    invoice_lines=[*evenly("Z", 99_999, cost=5), *small, *lines],
                    **tables_given)


def named(count, owner="Ute"):
    return [{"account_id": f"A{at:02d}", "name": f"Account {at:02d}", "owner": owner,
             "country": "DE"} for at in range(count)]


# --- capacity ----------------------------------------------------------------------------

def test_without_a_capacity_nothing_falls_out(tmp_path):
    review = firm(tmp_path, named(3))
    assert text_of(findings.load(review)).endswith(
        "No capacity is set, so nothing falls out of it.")
    assert text_of(findings.left_out(review)) == "Nothing falls out of capacity."
    assert outreach.decisions(review) == []
    assert outreach.headlines(review) == []


def test_what_does_not_fit_is_told_with_its_user_and_its_money(tmp_path):
    # No minute at all for Ute: every contact of her three accounts falls out, whose margins are
    # 4 quarters x (10 - 5), (11 - 5), (12 - 5) = 20, 24 and 28, revenues 40 + 44 + 48 = 132.
    review = firm(tmp_path, [*named(3), {"account_id": "B", "owner": "Max"}],
                  toml='[year_plan]\n[year_plan.capacity]\n"Ute" = 0\n"Eva" = 900\n')
    out = review.outreach.left_out
    assert set(out["account_id"]) == {"A00", "A01", "A02"}
    assert out["margin"].tolist() == sorted(out["margin"], reverse=True)
    assert dict(zip(out["account_id"], out["margin"], strict=True)) == {
        "A00": 20, "A01": 24, "A02": 28}
    told = text_of(findings.left_out(review))
    assert f"{len(out)} contacts with 3 accounts fall out of the capacity of Ute." in told
    assert "3 accounts get no contact at all: Account 02, Account 01 and Account 00." in told
    assert text_of(findings.load(review)).endswith(
        f"{len(out)} contacts do not fit into the capacity that is set.")
    assert "A capacity is set for Eva, who has no transactional account." in text_of(
        findings.holidays(review))
    (candidate,) = outreach.headlines(review)
    assert candidate.money == 132
    assert candidate.sentence.startswith("3 transactional accounts with €132 a year get no ")
    assert outreach.decisions(review) == [
        f"Find more time for the contacts of Ute, or let {len(out)} contacts of the year go."]
    assert text_of(outreach.plan(review)).endswith(
        f"{len(out)} further contacts do not fit into the capacity that is set. 3 accounts get no "
        "contact at all: Account 02, Account 01 and Account 00.")
    rows = re.findall(r"<tr>.*?</tr>", str(tables.left_out(review).markup))
    assert len(rows) == 1 + 3, "one row an account"
    assert [name for row in rows for name in re.findall(r"Account 0\d", row)] == [
        "Account 02", "Account 01", "Account 00"]


def test_no_capacity_at_all_is_not_told_as_nothing_to_do(tmp_path):
    # Accounts 00 to 02 buy 40, 44 and 48 a year: the largest is named first.
    review = firm(tmp_path, named(3), toml="[year_plan]\ncapacity_minutes = 0\n")
    out = len(review.outreach.left_out)
    assert text_of(outreach.plan(review)) == (
        f"Not one contact fits into the capacity that is set: {out} fall out. 3 accounts get no "
        "contact at all: Account 02, Account 01 and Account 00.")
    assert "Ute" in text_of(outreach.managers_table(review))
    for show in SHOWN:
        check(show(review))


def test_months_that_are_equally_full_are_told_together(tmp_path):
    # 12 accounts of about 5 contacts each want 60 of the 24 places: two in every month.
    review = firm(tmp_path, named(12), toml="[year_plan]\ncapacity_minutes = 30\n")
    assert review.outreach.load["calls_n"].max() == 2
    full = int((review.outreach.load["calls_n"] == 2).sum())
    assert full > 1
    assert text_of(findings.load(review)).startswith(f"{full} months are the fullest, ")


def test_an_account_lost_last_year_is_called_within_two_weeks_and_asks_for_whom_we_know(tmp_path):
    # L bought in 2025 and nothing in 2026. Of its two people Kim has more influence.
    review = firm(
        tmp_path, [{"account_id": "R", "name": "Regular"}],
        lines=sales("L", {"2025Q1": 900, "2025Q3": 900}),
        contacts=[{"contact_id": "K1", "account_id": "L", "name": "Ann", "influence": 2},
                  {"contact_id": "K2", "account_id": "L", "name": "Kim", "influence": 4}],
        activities=[{"account_id": "L", "contact_id": "K1", "date": "2026-12-20",
                     "direction": "two_way", "owner": "Ute"}])
    calls, start = review.outreach.calls, review.outreach.start
    first = calls[calls["account_id"] == "L"].sort_values("date").iloc[0]
    assert first[["reason", "channel", "contact"]].tolist() == ["dormant", "phone", "Kim"]
    assert start <= first["date"] < start + pd.Timedelta(days=14)
    assert calls.loc[calls["account_id"] == "R", "contact"].isna().all()
    assert "Ask for" in text_of(tables.users(review))


def test_everything_that_fits_is_told_with_what_was_moved(tmp_path):
    review = firm(tmp_path, named(12), toml="[year_plan]\ncapacity_minutes = 100\n")
    calls = review.outreach.calls
    moved = int(calls["is_moved"].sum())
    assert review.outreach.left_out.empty
    assert moved
    assert f"{moved} contact" in text_of(findings.load(review))
    assert "Everything fits into the capacity that is set." in text_of(findings.load(review))
    by_month = calls.groupby(calls["date"].dt.to_period("M"))["minutes"].sum()
    assert by_month.max() <= 100


def test_the_chart_says_what_it_shows(tmp_path):
    review = firm(tmp_path, named(9), toml="[year_plan]\ncapacity_minutes = 30\n")
    page = check(figures.load(review))
    assert "in grey: those that fall out of capacity" in page.text
    assert "capacity" in page.text
    assert "Between " in page.text


# --- users -------------------------------------------------------------------------------

def test_each_user_has_a_part_that_the_contents_lead_to(tmp_path):
    review = firm(tmp_path, [*named(4), {"account_id": "B", "name": "Berg", "owner": "Max"},
                             {"account_id": "C", "name": "Cohn"}])
    page = check(tables.users(review))
    links = [about["href"] for tag, about in page.tags if tag == "a"]
    assert links == [f"#{about['id']}" for tag, about in page.tags if tag == "h3"]
    assert len(links) == 3
    assert page.text.startswith("Max Ute nobody named")
    assert sum(about.get("class") == "user" for tag, about in page.tags if tag == "div") == 3
    assert "Nobody is named for" in text_of(findings.users(review))
    assert outreach.decisions(review) == [
        "Name an account manager for 1 transactional account: Cohn."]


def test_each_contact_stands_with_its_week_and_day(tmp_path):
    review = firm(tmp_path, named(1))
    first = review.outreach.calls.iloc[0]
    week, day = first["date"].isocalendar().week, EN.date(first["date"], "medium")
    text = text_of(tables.users(review))
    assert f"{week} {first['date']:%a} {day} Account 00" in text
    later = review.outreach.calls["date"] >= review.outreach.start + pd.Timedelta(weeks=13)
    assert int(later.sum()) == sum(int(n) for n in re.findall(
        r"20\d\d (\d+)[,.]", text.partition("Later:")[2]))


def test_many_calls_are_cut_and_the_rest_is_pointed_to(tmp_path):
    accounts = [one | {"owner": f"User {at % 60:02d}", "name": f"Company & Söhne {at}"}
                for at, one in enumerate(named(400))]
    accounts = [one | {"account_id": f"A{at}"} for at, one in enumerate(accounts)]
    review = firm(tmp_path, accounts, toml="[segmentation]\ncut_share = 0.5\n")
    assert sum(len(str(shown(review).markup).encode()) for shown in SHOWN) < BYTES_AT_MOST
    text = text_of(tables.users(review))
    assert "20 more account managers stand in calls.csv only." in text
    assert "more in these weeks: see calls.csv." in text


# --- reasons -----------------------------------------------------------------------------

def grounds(**given):
    missing = dict.fromkeys(Grounds._fields, float("nan")) | {"contract_end": pd.NaT}
    return Grounds(**missing | given)


@pytest.mark.parametrize(("reason", "given", "told"), [
    ("silent", {"days_since_order": 90, "usual_days": 21},
     "No order for 90 days; 21 days between two are usual."),
    ("shrinking", {"change": -1234.0},
     "Bought €1,234 less in the last twelve months than in those before."),
    ("growing", {"change": 1234.0},
     "Bought €1,234 more in the last twelve months than in those before."),
    ("white_space", {"family": "Seals"},
     "Buys no Seals; at least half of the accounts like it do."),
    ("contract_ends", {"contract_end": pd.Timestamp("2027-02-28")},
     "The contract ends on February 28, 2027."),
    ("regular", {}, "The regular contact.")])
def test_a_reason_names_its_figure(reason, given, told):
    assert why(reason, grounds(**given), EN, "EUR") == told


def test_every_reason_has_its_own_words():
    codes = [*REASONS, CONTRACT, REGULAR]
    known = grounds(change=5.0, days_since_order=5.0, usual_days=3.0, family="Seals",
                    contract_end=pd.Timestamp("2027-02-28"))
    for words in (EN, language("de")):
        assert len({why(code, known, words, "EUR") for code in codes}) == len(codes)
        assert len({what_to_say(code, known, words) for code in codes}) == len(codes)


def test_reasons_follow_from_the_figures_of_the_accounts(tmp_path):
    # A00 bought nothing in 2026; A01 half of 2025; A02 twice; A03 complains; A04 is new, A05 has a
    # contract. What A06 buys is the same all the time.
    years = {"A00": (50, 0), "A01": (50, 20), "A02": (20, 50)}
    review = reviewed(
        tmp_path, accounts=[{"account_id": "Z"}, *named(7)[:5], named(7)[5] | {
            "contract_end": "2027-12-30"}, named(7)[6]],
        invoice_lines=[
            *evenly("Z", 99_999), *(line for one, (before, now) in years.items()
                                    for line in sales(one, dict.fromkeys(
                                        ["2025Q1", "2025Q3"], before) | dict.fromkeys(
                                            ["2026Q1", "2026Q3"], now)) if line["revenue"]),
            *evenly("A03", 9), *sales("A04", {"2026Q4": 9}), *evenly("A05", 9),
            *evenly("A06", 9)],
        complaints=[{"account_id": "A03", "date": "2026-12-12", "status": "open"}])
    calls = worded_calls(review, review.outreach.calls).sort_values("date")
    first = calls.drop_duplicates("account_id").set_index("account_id")["reason"]
    assert first.to_dict() == {"A00": "dormant", "A01": "shrinking", "A02": "growing",
                               "A03": "open_complaint", "A04": "new", "A05": "regular",
                               "A06": "regular"}
    a01 = calls[calls["account_id"] == "A01"].iloc[0]
    assert a01["why"] == "Bought €60 less in the last twelve months than in those before."
    last = calls.drop_duplicates("account_id", keep="last").set_index("account_id")
    assert last.loc["A05", "reason"] == "contract_ends"
    assert last.loc["A05", "why"] == "The contract ends on December 30, 2027."


# --- countries ---------------------------------------------------------------------------

def test_countries_that_are_not_known_are_told_once(tmp_path):
    accounts = named(5)
    review = firm(tmp_path, [accounts[0] | {"country": "Nirgendland"},
                             accounts[1] | {"country": "Nirgendland"},
                             accounts[2] | {"country": None}, *accounts[3:]])
    told = text_of(findings.holidays(review))
    assert "For 1 account no country is known: only weekends are left out." in told
    assert ("“Nirgendland” is no country known here (2 accounts): only weekends are left "
            "out.") in told
    assert "holidays of single regions are working days here." in told
