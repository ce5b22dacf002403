"""What may come and the customer's own seasons: told in its words, and nothing of ours."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from companies import check, evenly, reviewed, situation, text_of, view_of, viewed
from printed import read_rows

from qbrkit.columns import CUSTOMER, TABLES
from qbrkit.disclosure import allowed, disclose
from qbrkit.report.customer import closing, outlook
from qbrkit.report.internal import risks
from qbrkit.report.language import language

# 31 days before the first of April is the first of March.
STEEL = {"risk_id": "R1", "account_id": "A", "customer_risk": "Steel may become scarce",
         "customer_answer": "You tell us your needs, we keep stock", "owner": "Ann",
         "due": "2027-02-15", "window_start": "2027-04-01", "window_end": "2027-06-30",
         "lead_days": 31}
DUTY = {"risk_id": "R2", "customer_risk": "Duty may make pumps dearer", "family": "Pumps",
        "window_start": "2026-11-01", "window_end": "2027-10-31", "probability_low": 0.9,
        "impact_share": 0.9, "lead_days": 10}
RISKS = [
    STEEL, DUTY,
    # the customer hears no word of a risk that nobody put in words for it, or that is over
    {"risk_id": "R3", "account_id": "A", "driver": "unworded"},
    STEEL | {"risk_id": "R4", "customer_risk": "ended", "window_start": None,
             "window_end": "2026-12-30"},
    # of others: by name, and by what A does not buy
    STEEL | {"risk_id": "R5", "customer_risk": "of B", "account_id": "B"},
    STEEL | {"risk_id": "R6", "customer_risk": "of seals", "account_id": None, "family": "Seals"},
    # A buys no seals, and still it is named
    STEEL | {"risk_id": "R7", "customer_risk": "named", "family": "Seals", "window_start": None},
    # a window that runs backwards is none; beyond the next twelve months it may still come
    STEEL | {"risk_id": "R8", "customer_risk": "backwards", "window_end": "2027-03-31"},
    STEEL | {"risk_id": "R9", "customer_risk": "later", "window_start": "2029-01-01",
             "window_end": None, "owner": None, "due": None, "customer_answer": None},
    STEEL | {"risk_id": "R0"}]      # says the same as R1
PAST = STEEL | {"customer_risk": "agreed for a day in the past", "due": "2026-12-30"}


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    """A buys pumps by season: 500 in June, 100 in every other month; B buys seals."""
    june = [{"invoice_date": f"{month}-10", "account_id": "A", "product_id": "P",
             "revenue": 500 if month.month == 6 else 100}
            for month in pd.period_range("2024-01", "2026-12", freq="M")]
    return reviewed(
        tmp_path_factory.mktemp("outlook"), risks=RISKS,
        accounts=[{"account_id": "A", "name": "Alpha"}, {"account_id": "B", "name": "Beta"}],
        products=[{"product_id": "P", "family": "Pumps"}, {"product_id": "S", "family": "Seals"}],
        invoice_lines=[*june, *evenly("B", 100, product_id="S")])


@pytest.fixture(scope="module")
def view(review, tmp_path_factory):
    return view_of(review, "A", tmp_path_factory.mktemp("view"))


def with_tables(view, **given):
    """The view with other tables; None takes one away."""
    kept = {name: table for name, table in (view.tables | given).items() if table is not None}
    return replace(view, tables=kept)


def ahead(view, *rows):
    """The view with these risks, each a change of the first one."""
    first = view.tables["ahead"].iloc[1].to_dict()
    assert first["customer_risk"] == STEEL["customer_risk"]
    made = pd.DataFrame([first | row for row in rows], columns=list(first)).astype(
        view.tables["ahead"].dtypes)
    return with_tables(view, ahead=made, season=None)


# --- what is disclosed ---------------------------------------------------------------------

def test_only_risks_in_words_for_this_customer_stand_there_by_when_they_begin(view):
    shown = view.tables["ahead"]
    assert shown["customer_risk"].tolist() == [
        "Duty may make pumps dearer", "Steel may become scarce", "later", "named", "backwards"]
    steel = shown.iloc[1]
    assert steel["act_by"] == pd.Timestamp("2027-03-01")
    assert shown["act_by"].iloc[0] is pd.NaT          # the day to decide is past: 2026-10-22
    assert shown.iloc[4][["window_start", "window_end", "act_by"]].isna().all()


def test_no_internal_column_of_a_risk_reaches_the_page(tmp_path):
    planted = {column.name: {"text": f"ZZ{column.name}", "number": 777.77, "share": 0.777}.get(
        column.kind) for column in TABLES["risks"].columns if column.audience != CUSTOMER}
    planted |= {"risk_id": "ZZ1", "category": "political", "source_date": "2026-07-17"}
    own = dict.fromkeys(("account_id", "industry", "family", "country"))
    found = reviewed(
        tmp_path, invoice_lines=evenly("A", 100), accounts=[
            {"account_id": "A", "industry": "ZZindustry", "country": "ZZcountry"}],
        risks=[STEEL | planted | own | {"industry": "ZZindustry", "country": "ZZcountry"}])
    assert found.risks.register["driver"].tolist() == ["ZZdriver"]
    page = view_of(found, "A", tmp_path)
    assert len(page.tables["ahead"]) == 1
    told = json.dumps(disclose(found, ["A"])["A"]) + "".join(
        str(one(page).markup) for one in (outlook.state, outlook.answers))
    assert STEEL["customer_risk"] in told
    for canary in ("ZZ", "777", "political", "2026-07-17"):
        assert canary not in told, canary


def test_a_season_is_told_of_its_own_purchases_only(review, view):
    # The average month is (11 × 100 + 500) ÷ 12 = 133.33: June is 375 % of it, others are 75 %.
    season = view.tables["season"]
    assert season["calendar_month"].tolist() == list(range(1, 13))
    assert season["share_of_average"].tolist() == [0.75] * 5 + [3.75] + [0.75] * 6
    assert season.loc[season["season"] == "peak", "calendar_month"].tolist() == [6]
    assert view.figures["season_months"] == 36
    seasons = review.risks.account_seasons
    borrowed = replace(review, risks=replace(review.risks, account_seasons=seasons.assign(
        is_borrowed=True)))
    told = disclose(borrowed, ["A"])["A"]
    assert told["tables"]["season"] == []
    assert told["figures"]["season_months"] is None


# --- what is said --------------------------------------------------------------------------

def test_the_chapter_says_what_may_come_when_and_who_does_what(view):
    assert text_of(outlook.state(view)) == (
        "There are 5 things we should prepare for together: 1 of them may come at any time now. "
        "The next date for a decision is March 1, 2027. "
        "What we do about 2 of them is to be agreed in the meeting. "
        "In June you usually buy about 275% more than in an average month. In the other months it "
        "is about 25% less. Let us agree quantities and dates in time.")
    headings, duty, steel, later, *_ = read_rows(outlook.answers(view))
    assert headings == ["What may come", "When", "Decide by", "Our joint answer", "Who",
                        "Until when"]
    steel, duty, later = ([cell.replace("\u00a0", " ") for cell in row]
                          for row in (steel, duty, later))
    assert steel == ["Steel may become scarce", "Apr 2027 – Jun 2027", "Mar 1, 2027",
                     "You tell us your needs, we keep stock", "Ann", "Feb 15, 2027"]
    assert duty == ["Duty may make pumps dearer", "Nov 2026 – Oct 2027", "",
                    "to be agreed in the meeting", "to be agreed", "to be agreed"]
    assert later[1] == "from Jan 2029"
    assert "June" not in str(outlook.usual_year_figure(view).markup)
    assert "Jun: 375%" in text_of(outlook.usual_year_figure(view))


NOTHING = "No risk is noted for this meeting yet: tell us what you see coming."


@pytest.mark.parametrize(("rows", "told"), [
    ([], NOTHING),
    ([{}], "There is one thing we should prepare for together: it may come from April 2027 on. To "
           "be in time, we have to decide by March 1, 2027."),
    ([{"window_start": "2026-12-31", "act_by": None, "customer_answer": None}],
     "There is one thing we should prepare for together: it may come at any time now. What we do "
     "about it is to be agreed in the meeting."),
    ([{"window_start": None, "act_by": None}],
     "There is one thing we should prepare for together."),
    ([{}, {"act_by": None}],
     "There are 2 things we should prepare for together: the first may come from April 2027 on. "
     "The next date for a decision is March 1, 2027."),
    ([{"act_by": None, "customer_answer": None}, {"act_by": None, "customer_answer": None}],
     "There are 2 things we should prepare for together: the first may come from April 2027 on. "
     "What we do about them is to be agreed in the meeting.")])
def test_each_number_of_risks_and_answers_has_its_words(view, rows, told):
    page = ahead(view, *rows)
    assert text_of(outlook.state(page)).replace("\u00a0", " ") == told
    check(outlook.answers(page))


@pytest.mark.parametrize(("shares", "seasons", "told"), [
    # (1.3 + 1.4) ÷ 2 = 1.35; 0.6 in the one weak month
    ({5: 1.3, 6: 1.4, 8: 0.6}, {5: "peak", 6: "peak", 8: "trough"},
     "In May and June you usually buy about 35% more than in an average month. In August it is "
     "about 40% less."),
    ({12: 1.5, 1: 1.5, 7: 0.02}, {12: "peak", 1: "peak", 7: "trough"},
     "In December and January you usually buy about 50% more than in an average month. In July you "
     "usually buy hardly anything."),
    ({8: -0.2, **dict.fromkeys([*range(1, 8), *range(9, 13)], 1.1)},
     {8: "trough", **dict.fromkeys([*range(1, 8), *range(9, 13)], "peak")},
     "In August you usually buy hardly anything. In the other months it is about 10% more."),
    ({2: 12.0, **dict.fromkeys([1, *range(3, 13)], 0.0)},
     {2: "peak", **dict.fromkeys([1, *range(3, 13)], "trough")},
     "In February you usually buy about 1,100% more than in an average month. In the other months "
     "you usually buy hardly anything."),
    ({8: 0.5, **dict.fromkeys([*range(1, 8), *range(9, 13)], 1.04)},
     {8: "trough", **dict.fromkeys([*range(1, 8), *range(9, 13)], "peak")},
     "In August you usually buy about 50% less than in an average month."),
    # nobody plans for 4 %
    ({5: 1.04, 8: 0.96}, {5: "peak", 8: "trough"}, None)])
def test_the_usual_year_is_told_in_its_own_words(view, shares, seasons, told):
    year = view.tables["season"].assign(
        share_of_average=[shares.get(month, 1.0) for month in range(1, 13)],
        season=[seasons.get(month, "") for month in range(1, 13)])
    page = with_tables(view, season=year, ahead=None)
    assert outlook.usual_year(page, language("en")) == (
        f"{told} Let us agree quantities and dates in time." if told else "")
    assert bool(check(outlook.usual_year_figure(page)).text) == bool(told)
    assert text_of(outlook.state(page)).endswith(NOTHING)


def test_a_column_less_takes_its_words_and_no_more(view):
    for name in ("ahead", "season"):
        for column in allowed.TABLES[name].names:
            page = with_tables(view, **{name: view.tables[name].drop(columns=column)})
            for one in (outlook.state, outlook.answers, outlook.usual_year_figure):
                check(one(page))
    without = with_tables(view, ahead=view.tables["ahead"].drop(columns=[
        "window_start", "customer_answer", "act_by"]))
    assert text_of(outlook.state(without)).startswith(
        "There are 5 things we should prepare for together. In June")
    figures = {name: value for name, value in view.figures.items() if name != "season_months"}
    assert "share of an average month" in text_of(outlook.usual_year_figure(
        replace(view, figures=figures)))


def test_without_a_table_of_risks_the_customer_is_asked():
    lines_alone = situation("lines alone")[1]
    assert "ahead" not in lines_alone.tables
    assert NOTHING in text_of(outlook.state(lines_alone))
    assert text_of(outlook.answers(lines_alone)) == ""


def test_an_account_without_two_years_of_its_own_has_no_season():
    new = situation("new this quarter")[1]
    assert new.tables["season"].empty
    assert np.isnan(new.figures["season_months"])
    assert text_of(outlook.usual_year_figure(new)) == ""


def test_the_topic_of_the_customer_has_room_and_three_headings(view):
    page = check(closing.your_topic(view))
    assert page.text.endswith("Topic Who By when")
    assert ("div", {"class": "blank"}) in page.tags


# --- what the team has to write ------------------------------------------------------------

def test_the_team_reads_which_risks_have_no_words_for_customers(review):
    # R3 alone has none; it has no expected loss, so it is no decision.
    assert "On no customer's page yet, for want of words: R3." in text_of(risks.answers(review))
    assert not [one for one in risks.decisions(review) if "words for the customer" in one]


def test_a_large_risk_without_words_for_the_customer_is_a_decision(review):
    # 1,600 of pumps in a year × 0.9 × 0.9 is the one expected loss.
    register = review.risks.register
    bare = replace(review, risks=replace(review.risks, register=register.assign(
        customer_risk=register["customer_risk"].where(register["risk_id"] != "R2"))))
    assert "Write the risk R2 and its answer in words for the customer." in risks.decisions(bare)


def test_a_day_in_the_past_is_no_day_until_when_something_is_done(tmp_path):
    its = viewed(tmp_path, risks=[PAST, STEEL | {"risk_id": "R2", "due": "2026-12-31"}],
                 accounts=[{"account_id": "A"}], invoice_lines=evenly("A", 100))
    due = its.tables["ahead"].set_index("customer_risk")["due"]
    assert due.isna().to_dict() == {PAST["customer_risk"]: True, STEEL["customer_risk"]: False}
