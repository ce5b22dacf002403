"""Groups of accounts: who rolls up to whom, once, and in which currency."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from qbrkit.currencies import Rates
from qbrkit.groups import Groups, roll_up, top_parents
from qbrkit.reviews.group_members import list_members

examples = settings(deadline=None, max_examples=10)
FEBRUARY = pd.Timestamp("2026-02-01")


def accounts(**parents: str | None) -> pd.DataFrame:
    return pd.DataFrame({"account_id": pd.Series(list(parents), dtype="str"),
                         "parent_id": pd.Series(list(parents.values()), dtype="str")})


def test_parents_of_parents_worked_by_hand():
    # D -> C -> B -> A; E stands alone; F names itself; G and H name X, which is no account.
    found = top_parents(accounts(D="C", A=None, C="B", B="A", E=None, F="F", G="X", H="G"))
    assert found.to_dict() == {"A": "A", "B": "A", "C": "A", "D": "A", "E": "E", "F": "F",
                               "G": "X", "H": "X"}


def test_no_account_has_no_parent():
    assert top_parents(accounts()).empty
    assert top_parents(accounts(A=None)).to_dict() == {"A": "A"}


def test_members_of_a_group_are_listed_with_what_each_makes():
    # B and C belong to A; C bought nothing in the year; D stands alone
    year = [pd.Period("2026Q1", "Q-DEC")]
    facts = pd.DataFrame({
        "account_id": pd.Series(["A", "A", "B", "C", "D", None], dtype="str"),
        "quarter": pd.PeriodIndex(["2026Q1", "2026Q1", "2026Q1", "2025Q4", "2026Q1", "2026Q1"],
                                  freq="Q-DEC"),
        "revenue": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
        "gross_margin_low": [0.5, 0.5, np.nan, 1.0, 1.0, 1.0],
        "gross_margin_high": [0.6, 0.6, np.nan, 1.0, 1.0, 1.0]})
    parents = accounts(A=None, B="A", C="A", D=None)
    groups = Groups(top_parents(parents), pd.Series(dtype="str"), pd.Series(dtype="str"),
                    Rates.of(None, "EUR"))
    found = list_members(facts, groups, year)
    assert found["account_id"].tolist() == ["A", "A", "A"]
    assert found["member_id"].tolist() == ["A", "B", "C"]
    assert found["revenue_ltm"].tolist() == [3.0, 4.0, 0.0]
    assert found["gross_margin_ltm_low"].tolist()[0] == 1.0
    assert found["gross_margin_ltm_high"].isna().tolist() == [False, True, True]


def test_unknown_and_missing_accounts_stay_when_rolled_up():
    table = pd.DataFrame({"account_id": pd.Series(["B", "Z", None, "A"], dtype="str"),
                          "revenue": [1.0, 2.0, 3.0, 4.0]})
    rolled = roll_up(table, top_parents(accounts(A=None, B="A")))
    assert rolled["account_id"].tolist()[:2] == ["A", "Z"]
    assert rolled["account_id"].isna().tolist() == [False, False, True, False]
    assert rolled["account_id"].tolist()[3] == "A"
    assert rolled["revenue"].tolist() == [1, 2, 3, 4]
    assert_frame_equal(roll_up(table, pd.Series(dtype="str")), table)


@st.composite
def families_of_accounts(draw):
    """A forest: each parent comes earlier, is outside the accounts, or is none."""
    names = [f"N{number}" for number in range(draw(st.integers(0, 10)))]
    parents = {name: draw(st.sampled_from([None, "X", "Y", *names[:place]]))
               for place, name in enumerate(names)}
    shuffled = draw(st.permutations(names))
    return accounts(**{name: parents[name] for name in shuffled}), parents


@examples
@given(families_of_accounts())
def test_top_parent_is_where_the_walk_upwards_ends(given_):
    table, parents = given_
    before = table.copy(deep=True)
    found = top_parents(table)
    assert_frame_equal(table, before)
    for account in parents:
        top = account
        while parents.get(top):
            top = parents[top]
        assert found[account] == top
    assert found.index.tolist() == table["account_id"].tolist()


def test_amounts_of_a_child_come_in_the_currency_of_its_parent():
    # The parent is kept in EUR, the child in USD at 0.9: 100 USD are 90 EUR, 10 EUR stay 10.
    master = accounts(P=None, C="P").assign(
        currency=pd.Series(["EUR", "USD"], dtype="str"),
        plan_id=pd.Series([None, "gold"], dtype="str"))
    rates = Rates.of(pd.DataFrame({"currency": ["USD"], "month": [FEBRUARY], "rate": [0.9]}),
                     "EUR")
    table = pd.DataFrame({"account_id": pd.Series(["C", "P"], dtype="str"),
                          "amount": [100.0, 10.0]})
    month = pd.Series([FEBRUARY] * 2)
    rolled = Groups.of(master, rates, rolls_up=True).roll_up(table, month, ["amount"])
    assert rolled["account_id"].tolist() == ["P", "P"]
    assert rolled["amount"].tolist() == pytest.approx([90, 10])
    apart = Groups.of(master, rates, rolls_up=False).roll_up(table, month, ["amount"])
    assert_frame_equal(apart, table)
    unknown = Groups.of(master, Rates.of(None, "EUR"), rolls_up=True)
    assert np.isnan(unknown.roll_up(table, month, ["amount"])["amount"][0])


def test_without_a_master_nothing_rolls_up():
    table = pd.DataFrame({"account_id": pd.Series(["C"], dtype="str"), "amount": [1.0]})
    groups = Groups.of(None, Rates.of(None, "EUR"), rolls_up=True)
    assert_frame_equal(groups.roll_up(table, pd.Series([FEBRUARY]), ["amount"]), table)
