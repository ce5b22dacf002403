"""Competitors: how often they are met, whether they grow, at whose expense, and who is exposed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import contract_table, properties, typed_table

from qbrkit import threats
from qbrkit.periods import ReviewPeriod
from qbrkit.reviews.threats import of_territory, review_threats
from qbrkit.threats.rates import newcombe, wilson
from qbrkit.threats.shift_share import MARKET, OTHERS
from qbrkit.threats.verdicts import CANNOT_TELL, NO, YES

QUARTER = pd.Period("2026Q4", freq="Q-DEC")
PERIOD = ReviewPeriod(QUARTER, pd.Timestamp("2026-12-31"), QUARTER - 4, (QUARTER,), True, False)
NOW, BEFORE = "2026-05-05", "2025-05-05"
TERRITORIES = pd.Series({"A": "North", "B": "South", "C": None}, dtype="str")
FACTS = {"account_id": "str", "family": "str", "quarter": "period[Q-DEC]", "revenue": "float64",
         "revenue_at_year_ago_rates": "float64"}
CENTS = st.integers(-50_000, 50_000).map(lambda cents: cents / 100)


def deal(outcome="won", competitor=None, day=NOW, **others):
    return {"deal_id": "D", "outcome": outcome, "competitor": competitor,
            "close_date": None if outcome == "open" else day} | others


def counted(*records, signals=(), spellings=()):
    """Deals, those that name somebody, and both counts."""
    deals = threats.prepare_deals(contract_table("deals", records), TERRITORIES, PERIOD)
    named = threats.list_named(deals, pd.Series(spellings, dtype="str"))
    totals = threats.count_deals(deals, named)
    return deals, named, totals, threats.count_encounters(named, totals, threats.index_signals(
        contract_table("competitor_signals", signals), PERIOD))


def at(rows, territory=None, competitor=None):
    """The one row of a territory, or of all; of a competitor, or of all known."""
    found = rows[rows["territory"].isna() if territory is None else rows["territory"] == territory]
    if "competitor" in rows:
        found = found[found["competitor"].isna() if competitor is None
                      else found["competitor"] == competitor]
    (row,) = found.to_dict("records")
    return row


# --- intervals ----------------------------------------------------------------------------

@pytest.mark.parametrize(("hits", "trials", "low", "high"), [
    # Newcombe, Two-sided confidence intervals for the single proportion, Statistics in
    # Medicine 17 (1998), table I, method 3
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718)])
def test_wilson_interval_is_that_of_the_published_examples(hits, trials, low, high):
    found = wilson(pd.Series([hits, 0]), pd.Series([trials, 0]))
    assert found.loc[0, ["low", "high"]].tolist() == pytest.approx([low, high], abs=5e-5)
    assert found.loc[1].isna().all()


@pytest.mark.parametrize(("now", "before", "low", "high"), [
    # Newcombe, Interval estimation for the difference between independent proportions, same
    # volume, table II, method 10
    ((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062), ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775), ((10, 10), (0, 20), 0.6791, 1.0)])
def test_newcombe_interval_is_that_of_the_published_examples(now, before, low, high):
    hits, trials = pd.Series([now[0], 1]), pd.Series([now[1], 1])
    found = newcombe(hits, trials, pd.Series([before[0], 0]), pd.Series([before[1], 0]))
    assert found.loc[0, ["low", "high"]].tolist() == pytest.approx([low, high], abs=5e-5)
    assert found.loc[0, "change"] == pytest.approx(now[0] / now[1] - before[0] / before[1])
    assert found.loc[1].isna().all()


# --- encounters ---------------------------------------------------------------------------

def test_deals_are_counted_by_competitor_and_territory():
    # North: A's deals; B's own deal says North too. C has no territory: in all only.
    # Rival is spelled twice, and three times out of four as "Rival".
    _, _, totals, rows = counted(
        deal("won", "Rival", account_id="A", amount=10), deal("lost", "Rival", account_id="A",
                                                              amount=30),
        deal("lost", " rival ", account_id="B", territory="North"),          # no amount
        deal("lost", "Rival; Other; Beta", account_id="C", amount=7.5),      # two are known
        deal("no_decision", "Beta", account_id="A"), deal("open", "Beta", account_id="A"),
        deal("won", "n/a", BEFORE, account_id="A"), deal("lost", None, BEFORE, account_id="A",
                                                         amount=5))
    north = at(rows, "North", "Rival")
    assert (north["met_n"], north["won_n"], north["lost_n"], north["decided_n"]) == (3, 1, 2, 3)
    assert (north["met_n_before"], north["decided_n_before"]) == (0, 2)
    assert north["lost_money"] == 30  # as far as known
    every = at(rows, None, "Rival")
    assert (every["met_n"], every["decided_n"], every["lost_money"]) == (4, 4, 37.5)
    beta = at(rows, None, "Beta")
    assert (beta["met_n"], beta["no_decision_n"], beta["open_n"]) == (1, 1, 1)
    known = at(rows)
    assert (known["met_n"], known["lost_money"]) == (4, 37.5)  # each deal once
    assert set(rows["competitor"].dropna()) == {"Rival", "Beta"}
    assert set(rows["territory"].dropna()) == {"North"}
    total = at(totals)
    assert (total["deals_n"], total["unnamed_n"], total["open_n"]) == (8, 2, 1)
    assert (total["decided_n"], total["unknown_n"], total["unknown_share"]) == (4, 0, 0)
    assert (total["unknown_n_before"], total["unknown_share_before"]) == (2, 1)
    assert (total["win_rate"], total["win_rate_before"]) == (0.25, 0.5)
    assert (total["unpriced_n"], total["lost_money_before"]) == (1, 5)


def test_only_deals_of_the_two_years_and_open_ones_count():
    _, _, totals, rows = counted(
        deal("won", "R", "2026-12-31 18:00"), deal("won", "R", "2025-01-01"),
        deal("lost", "R", "2027-01-01"), deal("lost", "R", "2024-12-31"),
        deal("open", "R") | {"close_date": "2027-03-01"}, deal("won", "R", None),
        deal(None, "R"), deal("open", "R") | {"close_date": "2020-01-01"})
    row, total = at(rows, None, "R"), at(totals)
    assert (row["won_n"], row["won_n_before"], row["open_n"], row["lost_n"]) == (1, 1, 2, 0)
    assert row["lost_money"] == 0  # nothing was lost, and that is known
    assert (total["deals_n"], total["left_out_n"]) == (4, 2)
    assert row["first_seen"] == pd.Timestamp("2024-12-31")


def test_money_lost_is_unknown_where_no_lost_deal_has_an_amount():
    rows = counted(deal("lost", "R"), deal("lost", "R", amount=None))[3]
    assert np.isnan(at(rows, None, "R")["lost_money"])


def test_spelling_of_the_deals_and_signals_together_wins():
    rows = counted(deal("won", "ACME  Ltd"), deal("won", "Acme Ltd"),
                   spellings=["Acme Ltd", "?"])[3]
    assert set(rows["competitor"].dropna()) == {"Acme Ltd"}
    assert at(rows, None, "Acme Ltd")["met_n"] == 2


@properties
@given(st.lists(st.tuples(st.sampled_from(["won", "lost", "no_decision", "open"]),
                          st.sampled_from(["R", "r ", "Q", "unknown", None]),
                          st.sampled_from([NOW, BEFORE]), st.sampled_from(["A", "B"])),
                max_size=25))
def test_known_and_unknown_deals_add_up_to_those_decided(records):
    totals, rows = counted(*(deal(outcome, name, day, account_id=account)
                             for outcome, name, day, account in records))[2:]
    every = rows[rows["competitor"].isna()].merge(totals, on="territory", how="right",
                                                  suffixes=("", "_all"))
    for ending in ("", "_before"):
        known = every[f"met_n{ending}"].fillna(0) + every[f"unknown_n{ending}"]
        assert (known == every[f"decided_n{ending}_all"]).all()
    parts = totals[totals["territory"].notna()]
    for name in ("decided_n", "won_n", "lost_n", "unnamed_n", "deals_n"):
        assert parts[name].sum() == totals.loc[totals["territory"].isna(), name].sum()


# --- signals ------------------------------------------------------------------------------

def seen(kind, before, now, **others):
    return [{"competitor": "R", "kind": kind, "date": f"{year}-0{month}-03", "value": value}
            | others for year, values in ((2025, before), (2026, now))
            for month, value in enumerate(values, 1)]


def test_signal_index_worked_by_hand():
    # before 1, 2, 3 (mean 2): 0.5, 1, 1.5; now 3, 4, 5: 1.5, 2, 2.5, mean 2: index 200.
    # Welch: both variances 0.25, error sqrt(0.25/3 + 0.25/3) = 0.40825, 4 degrees of freedom,
    # t = 2.77645: 200 ± 113.35. A kind that was never there before says nothing.
    (row,) = threats.index_signals(contract_table("competitor_signals", [
        *seen("adverts", (1, 2, 3), (3, 4, 5)), *seen("stands", (0, 0, 0), (1, 1, 9))]),
        PERIOD).to_dict("records")
    assert row["signal_index"] == pytest.approx(200)
    assert row["signal_low"] == pytest.approx(86.65, abs=0.01)
    assert row["signal_high"] == pytest.approx(313.35, abs=0.01)
    assert row["first_signal"] == pd.Timestamp("2025-01-03")


@properties
@given(st.lists(st.floats(1, 9), min_size=3, max_size=5), st.lists(st.floats(1, 9), min_size=3,
                                                                   max_size=5))
def test_interval_of_the_signals_is_that_of_scipy(before, now):
    from scipy.stats import ttest_ind

    if np.ptp(before) < 1e-3 or np.ptp(now) < 1e-3:
        return
    (row,) = threats.index_signals(contract_table(
        "competitor_signals", seen("k", before, now)), PERIOD).to_dict("records")
    interval = ttest_ind(np.divide(now, np.mean(before)), np.divide(before, np.mean(before)),
                         equal_var=False).confidence_interval(0.95)
    assert row["signal_low"] == pytest.approx(100 + 100 * interval.low)
    assert row["signal_high"] == pytest.approx(100 + 100 * interval.high)


def test_too_few_observations_have_no_index_and_steady_ones_no_interval():
    rows = threats.index_signals(contract_table("competitor_signals", [
        *seen("k", (1, 2, 3), (3, 4), territory="North"),
        *seen("branches", (2, 2, 2), (3, 3, 3), competitor="S", territory="North"),
        *seen("branches", (4, 4, 4), (4, 4, 4), competitor="S", territory="South")]), PERIOD)
    assert np.isnan(at(rows, "North", "R")["signal_index"])
    steady = at(rows, "North", "S")
    assert (steady["signal_low"], steady["signal_index"], steady["signal_high"]) == (150,) * 3
    # over all each observation is seen against its own territory: 150 and 100 make 125
    assert at(rows, None, "S")["signal_index"] == pytest.approx(125)


# --- shift and share ----------------------------------------------------------------------

def facts(*records):
    """Facts from (account, family, revenue before, revenue now)."""
    return typed_table(FACTS, [
        {"account_id": account, "family": family, "quarter": quarter, "revenue": revenue,
         "revenue_at_year_ago_rates": revenue}
        for account, family, *years in records
        for quarter, revenue in zip((QUARTER - 4, QUARTER), years, strict=True)])


def market(*records):
    """The market from (territory, family, size before, size now), a quarter of it each."""
    return contract_table("market", [
        {"territory": territory, "family": family, "quarter": f"{year}Q{number}", "size": size / 4}
        for territory, family, *sizes in records
        for year, size in zip((2025, 2026), sizes, strict=True) for number in (1, 2, 3, 4)])


def shifts(given, sizes=None):
    return threats.shift_shares(threats.list_cells(given, TERRITORIES, PERIOD), sizes, PERIOD)


def test_shift_and_share_against_the_market_worked_by_hand():
    # market: 1000 -> 1100 in all, G = 10 %; X in North 400 -> 480 (+20 %), Y 600 -> 620.
    # X: 100 -> 90: market 10, mix 100 x (20 - 10) % = 10, competitive -10 - 20 = -30.
    # Z has no market: its 50 -> 80 is not compared. W is new: 5.
    row = at(shifts(facts(("A", "X", 100, 90), ("A", "Z", 50, 80), ("A", "W", 0, 5)),
                    market(("north", "X", 400, 480), ("north", "Y", 600, 620)).assign(
                        territory="North")), "North")
    assert row["reference"] == MARKET
    assert row["reference_growth"] == pytest.approx(0.1)
    assert [row[name] for name in ("before", "now", "change", "market", "mix", "competitive",
                                   "not_compared")] == [150, 175, 25, 10, 10, -30, 35]
    assert (row["cells_n"], row["not_compared_n"]) == (3, 2)


def test_shift_and_share_against_other_territories_worked_by_hand():
    # seen from North, South is X 200 -> 220 (+10 %) and Y 200 -> 260 (+30 %), G = 20 %.
    # The dollar made 5 of North's X 100 -> 100, at the rates of a year ago it is 95: market 20,
    # mix 100 x (10 - 20) % = -10, competitive -5 - 10 = -15, and 5 is not compared.
    given = facts(("A", "X", 100, 100), ("B", "X", 200, 220), ("B", "Y", 200, 260))
    rates = given["account_id"].eq("A") & given["quarter"].eq(QUARTER)
    row = at(shifts(given.assign(revenue_at_year_ago_rates=given["revenue"].mask(rates, 95.0))),
             "North")
    assert row["reference"] == OTHERS
    assert [row[name] for name in ("market", "mix", "competitive", "not_compared")] == [
        20, -10, -15, 5]


def test_market_counts_where_it_covers_half_of_the_revenue_in_all_eight_quarters():
    given = facts(("A", "X", 49, 60), ("A", "Y", 51, 60), ("B", "Y", 10, 20))
    assert at(shifts(given, market(("North", "X", 9, 9))), "North")["reference"] == OTHERS
    enough = market(("North", "Y", 9, 9))
    assert at(shifts(given, enough), "North")["reference"] == MARKET
    assert at(shifts(given, enough.iloc[1:]), "North")["reference"] == OTHERS
    alone = at(shifts(facts(("A", "X", 10, 20))), "North")
    assert pd.isna(alone["reference"])
    assert np.isnan(alone["competitive"])
    assert (alone["change"], alone["not_compared"]) == (10, 10)


def test_market_without_territories_or_families_holds_for_each():
    given = facts(("A", "X", 100, 100), ("B", "Y", 100, 130))
    rows = shifts(given, market((None, "X", 10, 11), (None, "Y", 10, 13)))
    assert at(rows, "North")["competitive"] == pytest.approx(-10)
    assert at(rows, "South")["competitive"] == pytest.approx(0)
    rows = shifts(given, market((None, None, 10, 12)))
    assert (at(rows, "North")["mix"], at(rows, "North")["competitive"]) == (0, -20)
    assert at(rows)["competitive"] == pytest.approx(30 - 40)


@properties
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("XYZ"), CENTS, CENTS),
                max_size=9),
       st.none() | st.lists(st.tuples(st.sampled_from(["North", "South", None]),
                                      st.sampled_from(["X", "Y", None]), CENTS, CENTS),
                            min_size=1, max_size=5))
def test_terms_add_up_to_the_change_to_the_cent(records, sizes):
    given = facts(*records)
    rows = shifts(given, market(*sizes) if sizes else None)
    terms = rows[["market", "mix", "competitive", "not_compared"]].fillna(0.0) * 100
    assert (terms.round().sum(axis="columns") == (rows["change"] * 100).round()).all()
    assert ((rows["now"] - rows["before"] - rows["change"]).abs() < 0.001).all()
    if len(records):
        every = at(rows)
        assert every["now"] == pytest.approx(
            given.loc[given["quarter"] == QUARTER, "revenue"].sum(), abs=0.005)


# --- verdicts -----------------------------------------------------------------------------

def judged(now, before, lost=0, term=-10.0, signals=(), fell=False, decided=(30, 30)):
    """The verdicts on R in North, met `now` and `before` times in the decided deals."""
    records = [deal("lost" if number < lost else "won", "R", account_id="A", family="X", amount=9)
               for number in range(now)]
    records += [deal("won", "R", BEFORE, account_id="A", family="X")] * before
    records += [deal("won", None, account_id="A")] * (decided[0] - now)
    records += [deal("won", None, BEFORE, account_id="A")] * (decided[1] - before)
    _, named, _, rows = counted(*records, signals=signals)
    share = typed_table({"territory": "str", "competitive": "float64"},
                        [] if term is None else [{"territory": "North", "competitive": term}])
    cells = typed_table({"territory": "str", "family": "str", "before": "float64",
                         "constant": "float64"},
                        [{"territory": "North", "family": "X", "before": 10,
                          "constant": 9 if fell else 11}])
    row = at(threats.judge_competitors(rows, share, named, cells), "North", "R")
    return ((row["growing"], row["growing_reason"]), (row["at_our_expense"],
                                                      row["expense_reason"]))


UP = seen("k", (1, 2, 1), (9, 8, 9), territory="North")


@pytest.mark.parametrize(("given", "growing"), [
    ({"now": 15, "before": 4}, (YES, "share")),
    ({"now": 15, "before": 4, "signals": UP}, (YES, "share_and_signals")),
    ({"now": 5, "before": 5, "signals": UP}, (YES, "signals")),
    ({"now": 1, "before": 1, "signals": UP}, (YES, "signals")),
    ({"now": 3, "before": 1}, (CANNOT_TELL, "few_deals")),
    ({"now": 4, "before": 1}, (NO, "not_shown")),
    ({"now": 2, "before": 15}, (NO, "shrinks")),
    ({"now": 12, "before": 0}, (YES, "share")),  # a new one
    ({"now": 9, "before": 0, "decided": (30, 0)}, (CANNOT_TELL, "no_deals_before")),
    ({"now": 0, "before": 9, "decided": (0, 30)}, (CANNOT_TELL, "no_deals_now"))])
def test_growing_has_a_reason_in_every_case(given, growing):
    assert judged(**given)[0] == growing


@pytest.mark.parametrize(("given", "expense"), [
    ({"lost": 2}, (YES, "lost")), ({"fell": True}, (YES, "fell")),
    ({"lost": 1, "fell": True}, (YES, "lost_and_fell")), ({}, (NO, "nothing_lost")),
    ({"lost": 2, "term": 0.0}, (NO, "keeps_pace")),
    ({"lost": 2, "term": np.nan}, (CANNOT_TELL, "no_reference")),
    ({"lost": 2, "term": None}, (CANNOT_TELL, "no_year_before")),
    ({"now": 3, "before": 1, "lost": 3}, (CANNOT_TELL, "few_deals"))])
def test_expense_has_a_reason_in_every_case(given, expense):
    assert judged(**{"now": 6, "before": 6} | given)[1] == expense


# --- who is exposed, and where we fall short ----------------------------------------------

def test_account_is_exposed_by_its_deals_or_by_white_space_where_a_competitor_is_met():
    named = counted(
        deal("lost", "R; Q", account_id="A", family="X", amount=3),
        deal("open", "R", account_id="A", family="Y"),
        deal("won", "R", account_id="B", family="Z"), deal("won", "unknown", account_id="C"))[1]
    accounts = typed_table({"account_id": "str", "territory": "str", "revenue_ltm": "float64"}, [
        {"account_id": "A", "territory": "North", "revenue_ltm": 5},
        {"account_id": "N", "territory": "North", "revenue_ltm": 9},
        {"account_id": "C", "revenue_ltm": 99}])
    space = typed_table({"account_id": "str", "family": "str"}, [
        {"account_id": "N", "family": "X"}, {"account_id": "N", "family": "Z"}])
    gaps = pd.DataFrame({"account_id": ["A", "A", "C"]})
    rows = threats.list_exposed(accounts, named, space, gaps)
    # N lacks X, in which R and Q are met in North; in Z they are met in South only
    assert rows.to_dict("records") == [
        {"account_id": "N", "territory": "North", "competitors": "Q; R", "deals_n": 0,
         "open_deals_n": 0, "lost_money": 0.0, "white_space_families": "X", "gaps_n": 0,
         "revenue_ltm": 9.0},
        {"account_id": "A", "territory": "North", "competitors": "Q; R", "deals_n": 2,
         "open_deals_n": 1, "lost_money": 3.0, "white_space_families": "", "gaps_n": 2,
         "revenue_ltm": 5.0}]


def test_weaknesses_are_counted_by_subject_and_year():
    tables = {
        "deals": contract_table("deals", [
            deal("lost", None, loss_reason=reason, account_id="A", amount=amount)
            for reason, amount in (("price", 5), ("Price ", 7), ("price", None), (None, 2))]
            + [deal("lost", None, BEFORE, loss_reason="price")]),
        "service_levels": contract_table("service_levels", [
            {"account_id": account, "quarter": quarter, "measure": "on time", "promised": 95,
             "delivered": delivered} for account, quarter, delivered in (
                ("A", "2026Q1", 90), ("A", "2026Q4", 96), ("B", "2026Q4", None),
                ("B", "2025Q4", 80), ("B", "2024Q4", 1))]),
        "complaints": contract_table("complaints", [
            {"account_id": "A", "date": "2026-12-31", "subject": "late", "status": "closed"},
            {"account_id": "A", "date": "2024-02-01", "subject": "Late", "status": "open"},
            {"account_id": "A", "date": "2027-01-01", "subject": "late", "status": "open"}])}
    rows = reviewed_threats(tables).weaknesses
    every = rows[rows["territory"].isna()].set_index(["kind", "subject"])
    names = ["n", "of_n", "n_before", "of_n_before", "open_n", "money"]
    assert every.loc[("loss_reason", "price"), names[:4]].tolist() == [3, 4, 1, 1]
    assert every.loc[("loss_reason", "price"), "money"] == 12
    assert every.loc[("service_level", "on time"), names[:4]].tolist() == [1, 2, 1, 1]
    late = every.loc["complaint"].iloc[0]
    assert (late["n"], late["n_before"], late["open_n"]) == (1, 0, 1)
    assert every.loc["loss_reason"].index.isna().sum() == 1
    assert set(rows["territory"].dropna()) == {"North", "South"}


# --- together -----------------------------------------------------------------------------

ACCOUNTS = {"account_id": "str", "territory": "str", "segment": "str", "revenue_ltm": "float64"}
WHITE_SPACE = typed_table({"account_id": "str", "family": "str"})


def reviewed_threats(tables, given=None, period=PERIOD, territories=TERRITORIES):
    accounts = typed_table(ACCOUNTS, [
        {"account_id": one, "territory": territory, "segment": "green_circle", "revenue_ltm": 1}
        for one, territory in territories.items()])
    return review_threats(tables, accounts, facts() if given is None else given,
                          pd.DataFrame({"account_id": pd.Series(dtype="str")}), WHITE_SPACE, period)


def test_without_any_table_of_competitors_there_is_no_review():
    assert reviewed_threats({"market": market(("North", "X", 1, 1))}) is None


@pytest.mark.parametrize("records", [
    {}, {"deals": [{"deal_id": "D1"}, {"deal_id": "D2"}],
         "competitor_signals": [{"competitor": "none", "date": NOW}],
         "complaints": [{"account_id": "Z", "date": NOW}], "market": [
             {"quarter": "2026Q1", "size": 5}],
         "service_levels": [{"account_id": "A", "quarter": "2026Q1", "measure": "m"}]}])
@pytest.mark.parametrize("has_territory", [True, False])
def test_empty_tables_and_missing_columns_tell_nothing(records, has_territory):
    names = ("deals", "competitor_signals", "market", "service_levels", "complaints")
    found = reviewed_threats(
        {name: contract_table(name, records.get(name, ())) for name in names},
        facts(("A", "X", 1, 2)),
        territories=TERRITORIES if has_territory else TERRITORIES.mask(TERRITORIES != ""))
    assert found.encounters["competitor"].isna().all()
    assert found.unknown["left_out_n"].sum() == (len(records) > 0) * 2
    assert found.exposed.empty
    assert found.shift_share["territory"].notna().sum() == has_territory


def test_territories_are_those_of_the_accounts_whatever_their_case():
    tables = {"deals": contract_table("deals", [deal("won", "R", territory=" NORTH"),
                                                deal("won", "R", territory="Elsewhere")]),
              "competitor_signals": contract_table("competitor_signals", seen(
                  "k", (1, 1, 1), (2, 2, 2), territory="north"))}
    found = reviewed_threats(tables, facts(("A", "X", 5, 4), ("B", "X", 5, 9)))
    assert set(found.encounters["territory"].dropna()) == {"North", "Elsewhere"}
    assert at(found.encounters, "North", "R")["signal_index"] == 200
    narrowed = of_territory(found, "north ")
    assert set(narrowed.encounters["territory"]) == set(narrowed.shift_share["territory"]) == {
        "North"}
    assert at(narrowed.unknown, "North")["deals_n"] == 1
    assert of_territory(found, "West").encounters.empty


def test_without_a_year_before_expense_cannot_be_told():
    tables = {"deals": contract_table("deals", [deal("lost", "R", account_id="A")] * 6)}
    young = ReviewPeriod(QUARTER, PERIOD.as_of, None, (QUARTER,), False, False)
    found = reviewed_threats(tables, facts(("A", "X", 5, 4), ("B", "X", 5, 9)), young)
    assert found.shift_share.empty
    assert at(found.encounters, "North", "R")["expense_reason"] == "no_year_before"
    # with one, what is lost in a territory is not laid at the door of all of them
    found = reviewed_threats(tables, facts(("A", "X", 5, 4), ("B", "X", 5, 9)))
    assert at(found.encounters, "North", "R")["expense_reason"] == "lost"
    assert at(found.encounters, None, "R")["expense_reason"] == "by_territory"


def test_a_partial_quarter_is_counted_to_its_last_day():
    part = ReviewPeriod(QUARTER, pd.Timestamp("2026-11-15"), None, (QUARTER,), False, True)
    tables = {"deals": contract_table("deals", [deal("won", "R", "2026-11-15"),
                                                deal("won", "R", "2026-11-16")])}
    assert at(reviewed_threats(tables, period=part).encounters, None, "R")["met_n"] == 1
