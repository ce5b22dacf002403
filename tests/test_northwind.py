"""A real export, introduced by tests/northwind/qbr.toml, gives the published figures."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from qbrkit import segmentation
from qbrkit.errors import DataError
from qbrkit.explain import explain
from qbrkit.periods import last_twelve_months, quarter_text
from qbrkit.potential.proof import NO_SIZE
from qbrkit.reviews import review_quarter
from qbrkit.reviews.wallets import BY_REVENUE
from qbrkit.sources import Workspace, inspect_workspace, open_workspace

pytestmark = pytest.mark.real
EXAMPLE = Path(__file__).parent / "northwind" / "qbr.toml"
FILES = ("Orders.csv", "Order Details.csv", "Customers.csv", "Products.csv", "Categories.csv")
CENT = 0.005


@pytest.fixture(scope="module")
def export(real_data, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("northwind")
    for name in FILES:
        shutil.copy(real_data("northwind") / name, folder)
    shutil.copy(EXAMPLE, folder)
    return folder


@pytest.fixture(scope="module")
def workspace(export) -> Workspace:
    return open_workspace(export)


@pytest.fixture(scope="module")
def expected(real_data) -> dict:
    return json.loads((real_data("northwind") / "expected.json").read_text())["figures"]


@pytest.fixture(scope="module")
def lines(workspace) -> pd.DataFrame:
    frame = workspace.lines.df()
    quarter = pd.to_datetime(frame["invoice_date"]).dt.to_period("Q-DEC").map(quarter_text)
    return frame.assign(revenue=frame["revenue"].astype("float64"), quarter=quarter)


def check_sums(sums: pd.Series, rows: list[dict]) -> None:
    wanted = pd.Series({row["key"]: row["revenue"] for row in rows})
    assert set(sums.index) == set(wanted.index)
    assert (sums - wanted).abs().max() < CENT


def test_totals_and_the_largest_account_are_the_sums_of_their_lines(workspace):
    review = review_quarter(workspace)
    largest = review.green_circle["account_id"].iloc[0]
    for account, figure in [("company", "revenue_all"), ("company", "revenue_quarter"),
                            (largest, "revenue_ltm"), (largest, "revenue_change")]:
        found = explain(workspace, review, account, figure)
        assert found.evidence.rows.count > 0
        found.require_reconciled()


def test_every_row_is_read_and_none_is_refused(workspace, expected):
    rows = expected["rows"]
    assert workspace.problems == ()
    assert workspace.counts["invoice_lines"].accepted == rows["order_lines"]
    assert workspace.counts["accounts"].accepted == rows["accounts_in_master"]
    assert all(count.refused == 0 for count in workspace.counts.values())


def test_dates_are_read_month_first_without_being_told(workspace, expected):
    coverage = workspace.coverage
    assert str(coverage.first.date()) == expected["rows"]["first_order"]
    assert str(coverage.last.date()) == expected["rows"]["last_order"]
    assert quarter_text(coverage.last_complete()) == "1998Q1"


def test_accents_of_the_old_encoding_are_read(workspace):
    names = set(workspace.tables["accounts"]["name"])
    assert {"Königlich Essen", "Suprêmes délices", "Berglunds snabbköp"} <= names


def test_totals(lines, expected):
    assert abs(lines["revenue"].sum() - expected["total"]["revenue"]) < CENT
    assert abs(lines["list_value"].astype("float64").sum() - expected["total"]["gross"]) < CENT
    assert lines["invoice_id"].nunique() == expected["rows"]["orders"]
    assert lines["account_id"].nunique() == expected["rows"]["accounts_with_orders"]


def test_revenue_by_quarter(lines, expected):
    check_sums(lines.groupby("quarter")["revenue"].sum(), expected["by_quarter"])


def test_revenue_by_category(lines, workspace, expected):
    family = workspace.tables["products"].set_index("product_id")["family"]
    check_sums(lines.groupby(lines["product_id"].map(family))["revenue"].sum(),
               expected["by_category"])


def test_revenue_by_country_of_the_account(lines, workspace, expected):
    country = workspace.tables["accounts"].set_index("account_id")["country"]
    check_sums(lines.groupby(lines["account_id"].map(country))["revenue"].sum(),
               expected["by_account_country"])


def test_ten_largest_accounts_of_a_quarter_and_of_the_same_quarter_a_year_before(
        lines, workspace, expected):
    names = workspace.tables["accounts"].set_index("account_id")["name"]
    people = workspace.tables["contacts"].set_index("account_id")
    sums = lines.pivot_table(index="account_id", columns="quarter", values="revenue", aggfunc="sum")
    top = sums.reset_index().sort_values(["1998Q1", "account_id"], ascending=[False, True]).head(10)
    wanted = pd.DataFrame(expected["top10_1998Q1"])
    assert top["account_id"].tolist() == wanted["CustomerID"].tolist()
    assert top["account_id"].map(names).tolist() == wanted["account"].tolist()
    assert top["account_id"].map(people["name"]).tolist() == wanted["contact"].tolist()
    assert top["account_id"].map(people["title"]).tolist() == wanted["contact_title"].tolist()
    assert (top["1998Q1"].to_numpy() - wanted["revenue"]).abs().max() < CENT
    before = pd.Series(top["1997Q1"].to_numpy())
    assert before.isna().tolist() == wanted["prior_year"].isna().tolist()
    assert (before - wanted["prior_year"]).abs().max() < CENT


@pytest.mark.parametrize(("key", "quarters"), [
    ("ttm_1997Q2_1998Q1", ["1997Q2", "1997Q3", "1997Q4", "1998Q1"]), ("1998Q1", ["1998Q1"])])
def test_share_of_the_largest_fifth_of_the_accounts(lines, expected, key, quarters):
    sums = lines[lines["quarter"].isin(quarters)].groupby("account_id")["revenue"].sum()
    wanted = expected["share_of_revenue_top20pct_accounts"][key]
    assert len(sums) == wanted["accounts"]
    assert segmentation.concentration(sums) == pytest.approx(wanted["share"], abs=1e-6)


def test_accounts_without_orders_are_in_the_master_only(lines, workspace, expected):
    without = set(workspace.tables["accounts"]["account_id"]) - set(lines["account_id"])
    assert sorted(without) == expected["rows"]["accounts_without_orders"]


def test_review_of_the_last_complete_quarter_agrees(workspace, expected):
    review = review_quarter(workspace)
    assert quarter_text(review.quarter) == "1998Q1"
    accounts = review.accounts.set_index("account_id")
    (quarter,) = (row for row in expected["by_quarter"] if row["key"] == "1998Q1")
    assert abs(accounts["revenue_quarter"].sum() - quarter["revenue"]) < CENT
    assert (accounts["revenue_quarter"] > 0).sum() == quarter["accounts"]
    share = segmentation.concentration(accounts["revenue_ltm"])
    wanted = expected["share_of_revenue_top20pct_accounts"]["ttm_1997Q2_1998Q1"]
    assert share == pytest.approx(wanted["share"], abs=1e-6)


def test_circle_of_the_quarter_ends_is_that_of_the_orders_themselves(workspace, lines):
    # The rule and its hysteresis once more, from the orders alone: no cost, no wallet is known,
    # so an account is Green Circle by volume, and stays until it is twice below 0.9 of the cut.
    review = review_quarter(workspace)
    table = lines.pivot_table(index="account_id", columns="quarter", values="revenue",
                              aggfunc="sum").fillna(0.0)
    first = lines.groupby("account_id")["quarter"].min()
    ends = ["1997Q2", "1997Q3", "1997Q4", "1998Q1"]
    columns, inside, was_below, sizes = sorted(table.columns), set(), set(), []
    for end in ends:
        at = columns.index(end)
        year = table[columns[at - 3:at + 1]].sum(axis=1)
        known = year[first[year.index].map(columns.index) < at].sort_values(ascending=False)
        needed = int((known.cumsum().shift(fill_value=0.0) < 0.8 * known.sum()).sum())
        cut = known.iloc[needed - 1]
        by_rule, below = set(year[year >= cut].index), set(year[year < 0.9 * cut].index)
        inside = by_rule | {one for one in inside if not (one in below and one in was_below)}
        was_below = below
        sizes.append((len(by_rule), len(inside)))
    assert sizes == [(30, 30), (31, 35), (33, 41), (34, 41)]
    quarters = review.circle.quarters
    assert [quarter_text(one) for one in quarters["quarter"]] == ends
    assert quarters["green_n"].tolist() == [30, 35, 41, 41]
    assert set(review.green_circle["account_id"]) == inside


def test_encoding_left_out_is_told_with_the_place_and_the_option(export, tmp_path):
    for name in FILES:
        shutil.copy(export / name, tmp_path)
    toml = EXAMPLE.read_text(encoding="utf-8").replace(', encoding = "windows-1252"', "")
    (tmp_path / "qbr.toml").write_text(toml, encoding="utf-8")
    first, second, third = (
        problem.sentence() for problem in inspect_workspace(tmp_path).problems)
    assert first.startswith("[sources] orders: Orders.csv line 3: cannot be read as utf-8")
    assert "'Spezialitäten'" in first
    assert second.startswith("[sources] customers: Customers.csv line 3: cannot be read as utf-8")
    assert "'Constitución'" in second
    assert "'Knäckebröd'" in third
    assert 'customers = { file = "Customers.csv", encoding = "windows-1252" }' in second
    with pytest.raises(DataError, match=r"windows-1252"):
        open_workspace(tmp_path)


def test_no_wallet_is_estimated_without_employees_and_white_space_goes_by_revenue(workspace):
    review = review_quarter(workspace)
    found = review.wallets
    assert found.proof.reason == NO_SIZE
    assert review.accounts["potential"].isna().all()
    assert found.peers_by == BY_REVENUE
    own = found.white_space.set_index(["account_id", "family"])
    assert (own["buyers_n"] * 2 >= own["peers_n"]).all()
    year = review.facts[review.facts["quarter"].isin(last_twelve_months(review.quarter))]
    bought = year.groupby(["account_id", "family"])["revenue"].sum()
    assert not set(own.index) & set(bought.index[bought > 0])
