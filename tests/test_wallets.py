"""Wallets in the review, on the page and explained: stated, estimated, or unknown and said so."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from companies import company, evenly, reviewed, sales, sample_review, text_of
from markupsafe import escape

from qbrkit.disclosure import allowed, disclose
from qbrkit.explain import explain
from qbrkit.potential.proof import NO_FAMILY, NO_SIZE, NOT_BETTER, TOO_FEW
from qbrkit.report.internal import potential, white_space
from qbrkit.reviews import review_quarter
from qbrkit.reviews.wallets import BY_EMPLOYEES, BY_REVENUE
from qbrkit.sources import open_workspace

CENT = 0.005
PRODUCTS = [{"product_id": "S", "name": "Seal", "family": "Seals"},
            {"product_id": "D", "name": "Drive", "family": "Drives"},
            {"product_id": "N", "name": "Nothing"}]
EMPLOYEES = {f"A{at:02d}": round(10 * 1.12 ** at) for at in range(40)}


def accounts(**stated) -> list[dict]:
    return [{"account_id": account, "name": f"Account {account}", "employees": employees,
             "annual_wallet": stated.get(account)} for account, employees in EMPLOYEES.items()]


def lines() -> list[dict]:
    """Seals for up to twice, Drives for up to thrice the employees a quarter; some no Drives."""
    sold = []
    for at, (account, employees) in enumerate(EMPLOYEES.items()):
        sold += evenly(account, employees * (1 + at % 5 / 5), product_id="S")
        if at % 4:
            sold += evenly(account, employees * (1 + at % 7 / 3), product_id="D")
    return sold


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return open_workspace(company(
        tmp_path_factory.mktemp("wallets") / "workspace", accounts=[
            *accounts(A03=99_999), {"account_id": "Z", "employees": 100},
            {"account_id": "W", "employees": 100}],
        products=PRODUCTS, invoice_lines=[
            *lines(), *evenly("A08", 40, product_id="N"),
            *sales("W", {"2026Q4": 500}, product_id="S")]))


@pytest.fixture(scope="module")
def review(workspace):
    return review_quarter(workspace)


@pytest.fixture(scope="module")
def sample():
    return sample_review()


def row(review, account):
    return review.accounts.set_index("account_id").loc[account]


# --- the review ----------------------------------------------------------------------------

def test_stated_wallet_goes_before_the_estimate(review):
    assert review.wallets.proof.is_used
    found = row(review, "A03")
    assert (found["wallet"], found["wallet_source"]) == (99_999, "stated")
    assert found["potential"] == pytest.approx(99_999 - found["revenue_ltm"])
    assert "A03" not in set(review.wallets.by_family["account_id"])


def test_estimates_add_up_to_the_figures_of_the_account(review):
    sums = review.wallets.by_family.groupby("account_id")[
        ["spend", "wallet", "potential", "realizable_potential"]].sum()
    own = review.accounts.set_index("account_id").loc[sums.index]
    assert len(sums) == 39
    assert (own["wallet_source"] == "estimated").all()
    for name, column in (("spend", "revenue_ltm"), ("wallet", "wallet"),
                         ("potential", "potential"),
                         ("realizable_potential", "realizable_potential")):
        assert (sums[name] - own[column]).abs().max() < CENT
    assert own["realizable_potential"].to_numpy() == pytest.approx(0.3 * own["potential"])
    assert (own["potential"] > 0).any()


def test_account_that_bought_nothing_or_is_new_has_no_estimate_and_no_zero(review):
    for account in ("Z", "W"):  # Z bought nothing; W began this quarter
        found = row(review, account)
        assert np.isnan(found["wallet"])
        assert pd.isna(found["wallet_source"])
        assert np.isnan(found["potential"])
        assert "potential" not in found["reasons"]
    assert not {"Z", "W"} & set(review.wallets.white_space["account_id"])


def test_what_belongs_to_no_family_is_part_of_the_wallet_as_it_is(review):
    own = review.wallets.by_family.set_index(["account_id", "family"])
    assert own.loc[("A08", "unknown"), ["spend", "wallet", "potential"]].tolist() == [160, 160, 0]
    assert "unknown" not in set(review.wallets.white_space["family"])


def test_white_space_names_those_that_buy_no_drives(review):
    found = review.wallets.white_space
    assert set(found["family"]) == {"Drives"}
    assert set(found["account_id"]) == set(list(EMPLOYEES)[::4])
    assert review.wallets.peers_by == BY_EMPLOYEES
    assert (found["peers_n"] >= 20).all()
    assert (found["buyers_n"] >= found["peers_n"] / 2).all()


def test_employees_of_a_group_count_together(tmp_path):
    found = reviewed(tmp_path, accounts=[
        {"account_id": "P", "parent_id": None, "employees": 30},
        {"account_id": "C", "parent_id": "P", "employees": 12},
        {"account_id": "D", "parent_id": "P", "employees": None},
        {"account_id": "E", "parent_id": None, "employees": None}],
        invoice_lines=[*evenly("C", 10), *evenly("E", 5)])
    assert row(found, "P")["employees"] == 42
    assert np.isnan(row(found, "E")["employees"])


def test_two_runs_give_the_same_wallets(workspace, review):
    again = review_quarter(workspace)
    pd.testing.assert_frame_equal(again.wallets.by_family, review.wallets.by_family)
    assert again.wallets.proof == review.wallets.proof


POOR = {
    NO_SIZE: {"accounts": [one | {"employees": None} for one in accounts()],
              "products": PRODUCTS, "invoice_lines": lines()},
    NO_FAMILY: {"accounts": accounts(), "invoice_lines": lines()},
    TOO_FEW: {"accounts": accounts(), "products": PRODUCTS, "invoice_lines": lines()[:240]},
    NOT_BETTER: {"accounts": [one | {"employees": 50} for one in accounts()],
                 "products": PRODUCTS, "invoice_lines": lines()},
}


@pytest.mark.parametrize("reason", POOR)
def test_poor_data_give_no_estimate_and_the_page_says_what_is_missing(tmp_path, reason):
    found = reviewed(tmp_path, **POOR[reason])
    assert found.wallets.proof.reason == reason
    assert found.wallets.by_family.empty
    assert found.accounts["potential"].isna().all()
    assert not found.accounts["reasons"].str.contains("potential").any()
    told = text_of(potential.wallets(found))
    assert told.startswith("No wallet is estimated: ")
    assert "accounts.employees" in told
    assert text_of(potential.wallets_note(found)).startswith("Pinball loss") == (
        found.wallets.proof.accounts_n > 0)
    assert potential.headlines(found) == [] or reason != NO_FAMILY


def test_estimate_that_no_account_has_peers_for_is_told(review):
    lonely = replace(
        review, wallets=replace(review.wallets, by_family=review.wallets.by_family.head(0)),
        accounts=review.accounts.assign(wallet=np.nan, potential=np.nan))
    assert text_of(potential.wallets(lonely)).startswith(
        "No wallet is estimated: no account has 20 others of about its size.")


def test_stated_wallets_stand_where_nothing_is_estimated(tmp_path):
    given = {**POOR[NO_SIZE], "accounts": [
        one | {"employees": None} for one in accounts(A39=10_000_000, A03=1)]}
    found = reviewed(tmp_path, **given)
    told = text_of(potential.wallets(found))
    assert told.startswith("2 of 40 accounts have stated their wallet")
    assert "Most can be won at Account A39 (" in told
    assert "No wallet is estimated: that takes 20 accounts whose number" in told
    assert "1 stated wallet is below what the account buys, and has to be asked for again: " \
        "Account A03." in told
    assert found.wallets.peers_by == BY_REVENUE


# --- explained -----------------------------------------------------------------------------

@pytest.mark.parametrize("figure", ["potential", "realizable_potential"])
def test_estimated_potential_is_explained_family_by_family(workspace, review, figure):
    found = explain(workspace, review, "A08", figure)
    found.require_reconciled()
    rows = found.evidence.rows.largest(10)
    assert set(rows["family"]) == {"Seals", "Drives", "unknown"}
    rate = {"potential": 1.0, "realizable_potential": 0.3}[figure]
    assert rows["amount_company"].to_numpy() == pytest.approx(
        (rate * (rows["wallet"] - rows["spend"])).to_numpy())
    assert found.value > 0


def test_unknown_potential_is_explained_as_unknown(workspace, review):
    found = explain(workspace, review, "Z", "potential")
    assert found.value is None
    assert "none is estimated" in found.evidence.notes[0]


# --- the page ------------------------------------------------------------------------------

SECTIONS = [potential.wallets, potential.wallets_table, potential.wallets_note, white_space.gaps,
            white_space.gaps_table, white_space.gaps_note]


def test_finding_states_sources_amounts_and_the_proof(review):
    told = text_of(potential.wallets(review))
    assert told.startswith("40 of 42 accounts have a wallet, what they can spend in a year: 1 "
                           "stated, 39 estimated from their peers. They could spend €")
    assert "at a capture rate of 30%" in told
    assert "On 40 accounts it had not seen, the estimate erred by" in told
    told = text_of(potential.wallets_note(review))
    for loss in (review.wallets.proof.model, review.wallets.proof.peers,
                 review.wallets.proof.everyone):
        assert f"€{loss:,.0f}" in told


def test_table_shows_the_largest_potentials_first(review):
    markup = str(potential.wallets_table(review).markup)
    names = re.findall(r'<th scope="row">(.*?)</th>', markup)
    wanted = review.accounts.sort_values("potential", ascending=False)["name"].head(15)
    assert names == wanted.tolist()


def test_story_of_the_sample_stands_in_the_white_space(sample):
    own = sample.wallets.white_space.set_index(["account_id", "family"])
    found = own.loc[("A-006", "Lubricants")]
    assert (found["buyers_n"], found["peers_n"]) == (14, 20)
    shown = str(white_space.gaps_table(sample).markup)
    assert f"""{escape(row(sample, 'A-006')['name'])}</th><td class="t">Lubricants<""" in shown


def test_sample_proves_its_estimate_and_names_the_largest_potential(sample):
    assert sample.wallets.proof.is_used
    first = potential.headlines(sample)[0]
    assert row(sample, "A-023")["name"] in first.sentence
    assert first.money == pytest.approx(row(sample, "A-023")["realizable_potential"])
    assert len(potential.decisions(sample)) == 2


# --- secret --------------------------------------------------------------------------------

def test_no_customer_can_see_potential_wallet_or_employees(sample):
    shown = {*allowed.ACCOUNT, *allowed.FIGURES,
             *(column for table in allowed.TABLES.values() for column in table.names)}
    secret = ("potential", "wallet", "employees", "peers", "white_space", "buyers")
    assert not [one for one in shown if any(word in one for word in secret)]
    view = disclose(sample, ["A-023"])["A-023"]
    assert not [word for word in secret if f'"{word}' in repr(view).replace("'", '"')]
