"""Accounts of one name: told apart on internal pages, and as the customer knows them outside."""

import pandas as pd
import pytest
from companies import evenly, reviewed, sales, text_of, view_of
from notebook_page import exhibits
from test_people_page import spoken

from qbrkit.account_figures.master import label_accounts
from qbrkit.accounts_csv import accounts_table
from qbrkit.report.figures import NAME_LENGTH, short_label


@pytest.mark.parametrize(("names", "labels"), [
    (["Twin", "Twin", "Other"], ["Twin (1)", "Twin (2)", "Other"]),
    (["Twin AG", "TWIN  ag", "Twin"], ["Twin AG (1)", "TWIN  ag (2)", "Twin"]),
    (["1", "2", "1"], ["1 (1)", "2", "1 (3)"]), (["A"], ["A"]), ([], [])])
def test_only_names_that_several_accounts_share_carry_the_id(names, labels):
    accounts = pd.DataFrame({
        "account_id": pd.Series([str(at + 1) for at in range(len(names))], dtype="str"),
        "name": pd.Series(names, dtype="str")})
    assert label_accounts(accounts).tolist() == labels


def test_a_label_cut_for_a_chart_keeps_its_id():
    name = "Gesellschaft für sehr lange Namen"
    assert short_label("Short (A-7)") == "Short (A-7)"
    assert short_label(f"{name} (A-7)").endswith("… (A-7)")
    assert len(short_label(f"{name} (A-7)")) <= NAME_LENGTH
    assert short_label(name).endswith("…")


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """Two accounts of one name in every section: they shrink, lose money, are thin and late."""
    folder = tmp_path_factory.mktemp("twins")
    master = [{"account_id": one, "name": "Twin", "owner": "Ann", "industry": "paper",
               "contract_end": "2027-02-01"} for one in ("A", "B")]
    lines = [line for one in ("A", "B") for line in (
        *evenly(one, 100, cost=150, product_id="P"),
        *sales(one, {"2026Q4": -40, "2025Q4": 900}, cost=10, product_id="Q"))]
    promise = {"review_quarter": "2026Q3", "side": "ours", "text": "call", "status": "missed"}
    review = reviewed(
        folder, accounts=[*master, {"account_id": "C", "name": "Twin"}], invoice_lines=[
            *lines, *evenly("C", 1, cost=1, product_id="P")],
        products=[{"product_id": "P", "family": "Pumps"}, {"product_id": "Q", "family": "Seals"}],
        commitments=[promise | {"account_id": one} for one in ("A", "B")],
        benefits=[{"account_id": "A", "benefit_id": "B", "quarter": "2026Q1", "baseline": 0,
                   "actual": 1, "unit_value": 1, "class": "estimated"}],
        complaints=[{"account_id": "A", "date": "2026-12-01", "status": "open"}],
        **spoken("2026-10-15", count=1))
    return review, folder


@pytest.mark.parametrize("notebook", ["internal_review", "black_ops", "transactional_plan"])
def test_no_internal_page_names_an_account_that_could_be_another(twins, notebook):
    shown = 0
    for _, _, source, html in exhibits(twins[0], notebook):
        words = text_of(html)
        shown += words.count("Twin (")
        assert words.count("Twin") == words.count("Twin ("), f"{source}: {words}"
    assert shown


def test_customers_and_scripts_read_the_name_as_it_is(twins):
    review, folder = twins
    assert view_of(review, "A", folder).account["name"] == "Twin"
    assert accounts_table(review)["name"].tolist() == ["Twin"] * 3
