"""Which terms the gate searches for: names that a page does not use itself, internal texts."""

from dataclasses import replace

import pytest
from companies import company, evenly
from test_leaks import page

from qbrkit.disclosure import disclose
from qbrkit.reviews import review_quarter
from qbrkit.run.forbidden import (
    disclosed_texts,
    forbidden_terms,
    internal_texts,
    words_of_the_page,
)
from qbrkit.run.leaks import AS_WRITTEN, find_leaks
from qbrkit.sources import open_workspace

DRIVER = "The mill in Ostrava may close in spring"
SOLUTION = "We book steel for both of us by January"


@pytest.fixture(scope="module")
def reviewed_company(tmp_path_factory):
    """Others are called like words of the internal pages, like one of the page's, and alike."""
    assert "Bridge" not in words_of_the_page()
    assert "Total" in words_of_the_page()
    assert "purchases" in words_of_the_page()
    folder = company(
        tmp_path_factory.mktemp("named"),
        accounts=[{"account_id": "K-A", "name": "Zanzibar"},
                  {"account_id": "K-B", "name": "Bridge"},
                  {"account_id": "K-C", "name": "Total"},
                  {"account_id": "K-D", "name": "Purchases"}],
        invoice_lines=[*evenly("K-A", 100), *evenly("K-B", 90), *evenly("K-C", 80),
                       *evenly("K-D", 70)],
        risks=[{"risk_id": "R", "account_id": "K-A", "driver": DRIVER, "solution": SOLUTION,
                "customer_risk": "Steel may be short in spring", "customer_answer": SOLUTION,
                "window_start": "2027-01-01", "window_end": "2027-05-01"}],
        complaints=[{"account_id": "K-A", "date": "2026-12-01", "status": "open",
                     "subject": "late"}],
        objectives=[{"account_id": "K-A", "family": "Pumps",
                     "text": "Win the second plant from the rival"}])
    workspace = open_workspace(folder)
    return workspace, review_quarter(workspace)


def test_only_names_spelt_like_words_of_the_page_are_not_searched(reviewed_company):
    terms = forbidden_terms(*reviewed_company)
    assert terms["another account's name"] == ["Bridge", "Zanzibar"]
    assert terms[f"another account's name{AS_WRITTEN}"] == ["Purchases"]

    def found(text):
        return {leak.found for leak in find_leaks(page(text=f" {text}"), terms, ["Zanzibar"])}

    assert found("with Bridge and more") == {"Bridge"}
    assert found("with Purchases and more") == {"Purchases"}
    assert found("your purchases, in total; Total 12") == set()


def test_internal_sentences_are_searched_unless_the_customer_is_told_them(reviewed_company):
    workspace, review = reviewed_company
    texts = internal_texts(workspace)
    assert texts == {DRIVER, SOLUTION, "Win the second plant from the rival"}
    view = disclose(review, ["K-A"])["K-A"]
    assert disclosed_texts(texts, view) == [SOLUTION]
    content = page(text=f" {DRIVER.upper()}. {SOLUTION}.")
    assert {leak.found for leak in find_leaks(
        content, {"an internal text": texts}, disclosed_texts(texts, view))} == {DRIVER}


def test_own_words_that_quote_an_internal_sentence_are_let_through(reviewed_company):
    workspace, review = reviewed_company
    told = replace(review, commentary={"K-A": f"You know: **{DRIVER}**.\n"})
    view = disclose(told, ["K-A"])["K-A"]
    assert set(disclosed_texts(internal_texts(workspace), view)) == {DRIVER, SOLUTION}
