"""Against target: what was reached, what lacks, and which accounts made it."""

import numpy as np
import pandas as pd
import pytest

from qbrkit.growth.targets import bridge_levels, find_causes, measure_targets
from tests.tables import contract_table, typed_table

QUARTER = pd.Period("2026Q4", freq="Q-DEC")
ACCOUNTS = contract_table("accounts", [
    {"account_id": "A", "owner": "Ann", "territory": "South"},
    {"account_id": "B", "owner": "Bob", "territory": "South"},
    {"account_id": "C", "owner": "Bob", "territory": "North"},
    {"account_id": "D"}])
YEAR = ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]


def facts(*rows: tuple, margin: float = 0.5) -> pd.DataFrame:
    """Facts from (account, quarter, revenue)."""
    table = pd.DataFrame(rows, columns=["account_id", "quarter", "revenue"])
    return table.assign(
        account_id=table["account_id"].astype("str"), revenue=table["revenue"].astype("float64"),
        quarter=pd.PeriodIndex(table["quarter"], freq="Q-DEC"),
        gross_margin_low=table["revenue"] * margin, gross_margin_high=table["revenue"] * margin)


def measured(targets: list[dict], *rows: tuple, **given) -> pd.DataFrame:
    return measure_targets(contract_table("targets", targets), ACCOUNTS, facts(*rows, **given),
                           QUARTER)


def row_of(levels: pd.DataFrame, level: str, name: str | None,
           comparison: str = "quarter") -> pd.Series:
    same = levels["name"].isna() if name is None else levels["name"] == name
    (at,) = levels.index[(levels["level"] == level) & same & (levels["comparison"] == comparison)]
    return levels.loc[at]


SOLD = [("A", "2026Q4", 60), ("B", "2026Q4", 30), ("C", "2026Q4", 20), ("D", "2026Q4", 5),
        (None, "2026Q4", 3)]


def test_targets_of_territories_worked_by_hand():
    # South A + B = 90 of 100: -10, margin 45 of 50. North C = 20 of 15: +5.
    # together 110 of 115: -5; without a target are D 5 and no account 3.
    levels = measured([{"territory": "South", "quarter": "2026Q4", "revenue": 100,
                        "gross_margin": 50},
                       {"territory": "North", "quarter": "2026Q4", "revenue": 15}], *SOLD)
    south, north, company = (row_of(levels, *one) for one in (
        ("territory", "South"), ("territory", "North"), ("company", None)))
    assert south[["revenue_target", "revenue", "revenue_gap"]].tolist() == [100, 90, -10]
    assert south[["margin_target", "gross_margin_low"]].tolist() == [50, 45]
    assert north[["revenue", "revenue_gap"]].tolist() == [20, 5]
    assert np.isnan(north["margin_target"])
    assert company[["revenue_target", "revenue", "revenue_gap", "revenue_not_covered"]].tolist() \
        == [115, 110, -5, 8]
    assert company["from_level"] == "territory"
    assert row_of(levels, "territory", None)["revenue"] == 8


def test_levels_are_views_of_the_same_revenue_and_not_added_up():
    # territories cover 90 + 20, the account 60 of these: the company's is the first alone.
    levels = measured([{"territory": "South", "quarter": "2026Q4", "revenue": 100},
                       {"territory": "North", "quarter": "2026Q4", "revenue": 15},
                       {"account_id": "A", "quarter": "2026Q4", "revenue": 70}], *SOLD)
    assert row_of(levels, "company", None)["revenue_target"] == 115
    assert row_of(levels, "account", "A")[["revenue", "revenue_gap"]].tolist() == [60, -10]
    assert set(levels.loc[levels["level"] == "account", "name"]) == {"A"}


def test_level_that_covers_most_revenue_makes_the_target_of_the_company():
    # Bob has B + C = 50, North is C = 20
    levels = measured([{"owner": "Bob", "quarter": "2026Q4", "revenue": 55},
                       {"territory": "North", "quarter": "2026Q4", "revenue": 15}], *SOLD)
    company = row_of(levels, "company", None)
    assert (company["from_level"], company["revenue_target"], company["revenue"]) == (
        "owner", 55, 50)


def test_target_of_the_company_itself_goes_before_all_others():
    levels = measured([{"quarter": "2026Q4", "revenue": 200},
                       {"territory": "South", "quarter": "2026Q4", "revenue": 100}], *SOLD)
    company = row_of(levels, "company", None)
    assert (company["from_level"], company["revenue_gap"]) == ("company", 118 - 200)


def test_year_needs_a_target_for_each_of_its_quarters():
    # South 4 x 10 = 40 against 12 + 90 = 102; North has three quarters only.
    levels = measured([{"territory": "South", "quarter": one, "revenue": 10} for one in YEAR]
                      + [{"territory": "North", "quarter": one, "revenue": 10} for one in YEAR[1:]],
                      ("A", "2026Q1", 12), ("A", "2025Q4", 999), *SOLD)
    south = row_of(levels, "territory", "South", "year")
    assert south[["revenue_target", "revenue"]].tolist() == [40, 102]
    assert np.isnan(row_of(levels, "territory", "North", "year")["revenue_target"])
    assert row_of(levels, "company", None, "year")["revenue_target"] == 40


def test_quarter_and_year_are_held_against_targets_of_one_level():
    # territories cover most of the quarter, owners alone have targets for the whole year.
    levels = measured([{"owner": "Ann", "quarter": one, "revenue": 10} for one in YEAR]
                      + [{"territory": "South", "quarter": "2026Q4", "revenue": 10}], *SOLD)
    company = levels[levels["level"] == "company"]
    assert company[["comparison", "from_level"]].values.tolist() == [["quarter", "territory"]]


def test_several_targets_of_one_name_are_one():
    levels = measured([{"owner": "Bob", "territory": one, "quarter": "2026Q4", "revenue": 10}
                       for one in ("South", "North")], *SOLD)
    assert row_of(levels, "owner", "Bob")["revenue_target"] == 20
    assert "territory" not in set(levels["level"])


def test_target_of_a_name_no_account_bears_is_held_against_nothing():
    levels = measured([{"territory": "Soth", "quarter": "2026Q4", "revenue": 100},
                       {"territory": " NORTH ", "quarter": "2026Q4", "revenue": 15}], *SOLD)
    lost = row_of(levels, "territory", "Soth")
    assert not lost["has_account"]
    assert np.isnan(lost["revenue"])
    assert row_of(levels, "territory", "North")["revenue_gap"] == 5  # capitals and blanks alike
    assert row_of(levels, "company", None)["revenue_target"] == 15


def test_names_written_in_two_ways_are_one_and_account_ids_are_not():
    accounts = contract_table("accounts", [
        {"account_id": "a", "territory": "South"}, {"account_id": "A", "territory": " SOUTH"}])
    targets = contract_table("targets", [
        {"territory": "south", "quarter": "2026Q4", "revenue": 10},
        {"account_id": "a", "quarter": "2026Q4", "revenue": 9}])
    levels = measure_targets(targets, accounts, facts(("a", "2026Q4", 1), ("A", "2026Q4", 2)),
                             QUARTER)
    assert row_of(levels, "territory", "South")["revenue_gap"] == -7
    assert row_of(levels, "account", "a")["revenue_gap"] == -8
    found = find_causes(levels, accounts, changes(a=-3.0, A=-4.0))
    assert found.loc[found["level"] == "territory", "account_id"].tolist() == ["A", "a"]
    assert found.loc[found["level"] == "account", "account_id"].tolist() == ["a"]


def test_account_that_buys_nothing_misses_its_whole_target():
    levels = measured([{"account_id": "A", "quarter": "2026Q4", "revenue": 70},
                       {"account_id": "Z", "quarter": "2026Q4", "revenue": 9}],
                      ("B", "2026Q4", 1))
    assert row_of(levels, "account", "A")["revenue_gap"] == -70
    assert not row_of(levels, "account", "Z")["has_account"]


def test_margin_is_unknown_without_any_cost():
    levels = measured([{"territory": "South", "quarter": "2026Q4", "gross_margin": 50}], *SOLD,
                      margin=np.nan)
    south = row_of(levels, "territory", "South")
    assert np.isnan(south["gross_margin_low"])
    assert np.isnan(south["revenue_gap"])


@pytest.mark.parametrize("targets", [[], [{"territory": "South", "quarter": "2025Q1",
                                           "revenue": 1}]])
def test_without_a_target_of_the_year_there_is_no_row(targets):
    assert measured(targets, *SOLD).empty


BRIDGES = {"account_id": "str", "comparison": "str", "base": "float64", "price": "float64",
           "volume": "float64", "mix": "float64", "exchange_rates": "float64",
           "not_split": "float64", "new_products": "float64", "lost_products": "float64",
           "returns": "float64", "review": "float64", "change": "float64"}


def changes(**by_account: float) -> pd.DataFrame:
    """Bridges whose change is all volume; the account "nobody" is none."""
    return typed_table(BRIDGES, [
        {"account_id": None if account == "nobody" else account, "comparison": "quarter",
         **dict.fromkeys(["base", "price", "exchange_rates", "not_split", "new_products",
                          "lost_products", "returns", "review"], 0.0),
         "volume": change, "change": change} for account, change in by_account.items()])


def test_causes_are_the_accounts_that_fell_most_within_the_level():
    # South misses 10: B fell by 30, A by 8; C is in the north, nobody anywhere, D grew.
    levels = measured([{"territory": "South", "quarter": "2026Q4", "revenue": 100},
                       {"territory": "North", "quarter": "2026Q4", "revenue": 15}], *SOLD)
    found = find_causes(levels, ACCOUNTS, changes(A=-8.0, B=-30.0, C=-50.0, D=5.0, nobody=-70.0))
    south = found[found["level"] == "territory"]
    assert south["account_id"].tolist() == ["B", "A"]
    assert south["change"].tolist() == [-30, -8]
    assert south["part_of_gap"].tolist() == pytest.approx([3, 0.8])
    assert set(south["falls"]) == {-38}
    assert set(south["falls_n"]) == {2}
    assert found.loc[found["level"] == "company", "account_id"].tolist() == ["C", "B", "A"]


def test_target_that_was_reached_or_missed_by_no_fall_has_no_cause():
    levels = measured([{"territory": "South", "quarter": "2026Q4", "revenue": 80}], *SOLD)
    assert find_causes(levels, ACCOUNTS, changes(A=-8.0)).empty
    missed = measured([{"territory": "South", "quarter": "2026Q4", "revenue": 800}], *SOLD)
    assert find_causes(missed, ACCOUNTS, changes(A=8.0)).empty


def test_bridge_of_a_level_is_the_sum_of_those_of_its_accounts():
    table = changes(A=-8.0, B=-30.0, C=5.0, nobody=2.0)
    table.loc[table["account_id"] == "B", ["price", "volume", "exchange_rates"]] = np.nan
    found = bridge_levels(table, ACCOUNTS).set_index(["level", "name"])
    south = found.loc[("territory", "South")]
    assert (south["change"], south["volume"], south["without_rate"]) == (-38, -8, -30)
    company = found[found.index.get_level_values("level") == "company"].iloc[0]
    assert company["change"] == -31
    no_territory = found[(found.index.get_level_values("level") == "territory")
                         & found.index.get_level_values("name").isna()]
    assert no_territory["change"].tolist() == [2]
