"""Which terms the gate searches for: names that a page does not use itself, internal texts."""

import json
from dataclasses import replace

import pytest
from companies import company, evenly
from test_leaks import page

from qbrkit.disclosure import disclose
from qbrkit.reviews import review_quarter
from qbrkit.run.checked import checked_json, checked_text
from qbrkit.run.forbidden import (
    disclosed_texts,
    forbidden_terms,
    internal_figures,
    internal_texts,
    unsearchable_terms,
)
from qbrkit.run.leaks import AS_WRITTEN, FIGURE, find_leaks
from qbrkit.run.page_words import short_names, without_legal_form, words_of_the_page
from qbrkit.sources import open_workspace

DRIVER = "The mill in Ostrava may close in spring"
SOLUTION = "We book steel for both of us by January"
MEASURE = "Offer prices that stay for two years"


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
                  {"account_id": "K-D", "name": "PURCHASES"}],
        invoice_lines=[*evenly("K-A", 100), *evenly("K-B", 90), *evenly("K-C", 80),
                       *evenly("K-D", 70)],
        risks=[{"risk_id": "R", "account_id": "K-A", "driver": DRIVER, "solution": SOLUTION,
                "customer_risk": "Steel may be short in spring", "customer_answer": SOLUTION,
                "window_start": "2027-01-01", "window_end": "2027-05-01"}],
        complaints=[{"account_id": "K-A", "date": "2026-12-01", "status": "open",
                     "subject": "late"}],
        objectives=[{"account_id": "K-A", "family": "Pumps",
                     "text": "Win the second plant from the rival"}],
        deals=[{"deal_id": "D", "account_id": "K-B", "outcome": "lost", "amount": 1,
                "competitor": "Brakkmann ;  Quellhart; n/a", "close_date": "2026-05-05"}],
        competitor_signals=[{"competitor": "Vantoric", "date": "2026-05-05",
                             "source": "job adverts of the spring fair"}],
        black_ops_scores=[{"session_date": "2026-06-06", "round": 1, "rater": "Falke",
                           "account_id": "K-A"}],
        counter_measures=[{"session_date": "2026-06-06", "account_id": "K-A",
                           "measure": MEASURE, "owner": "Ann Own", "status": "open"}])
    workspace = open_workspace(folder)
    return workspace, review_quarter(workspace)


def test_only_names_spelt_like_words_of_the_page_are_not_searched(reviewed_company):
    terms = forbidden_terms(*reviewed_company)
    assert terms["another account's name"] == ["Bridge", "Zanzibar"]
    assert terms[f"another account's name{AS_WRITTEN}"] == ["PURCHASES"]

    def found(text):
        return {leak.found for leak in find_leaks(page(text=f" {text}"), terms, ["Zanzibar"])}

    assert found("with Bridge and more") == {"Bridge"}
    assert found("with PURCHASES and more") == {"PURCHASES"}
    assert found("your purchases, Purchases in total; Total 12") == set()


def test_internal_sentences_are_searched_unless_the_customer_is_told_them(reviewed_company):
    workspace, review = reviewed_company
    texts = internal_texts(workspace)
    assert texts == {DRIVER, SOLUTION, "Win the second plant from the rival", MEASURE,
                     "job adverts of the spring fair"}
    view = disclose(review, ["K-A"])["K-A"]
    assert disclosed_texts(texts, view) == [SOLUTION]
    content = page(text=f" {DRIVER.upper()}. {SOLUTION}.")
    assert {leak.found for leak in find_leaks(
        content, {"an internal text": texts}, disclosed_texts(texts, view))} == {DRIVER}


def test_each_competitor_of_a_deal_is_searched_alone_and_the_panel_and_its_answers_too(
        reviewed_company):
    terms = forbidden_terms(*reviewed_company)
    assert terms["a competitor"] == ["Brakkmann", "Quellhart", "Vantoric"]
    for told in ("Quellhart", "Brakkmann", "Falke", MEASURE.lower()):
        (leak,) = find_leaks(page(text=f" with {told} and"), terms)
        assert leak.found.casefold() == told.casefold()
    assert find_leaks(page(text=" with Ann Own and n/a"), terms) == []  # she owns promises, too


def test_own_words_that_quote_an_internal_sentence_are_let_through(reviewed_company):
    workspace, review = reviewed_company
    told = replace(review, commentary={"K-A": f"You know: **{DRIVER}**.\n"})
    view = disclose(told, ["K-A"])["K-A"]
    assert set(disclosed_texts(internal_texts(workspace), view)) == {DRIVER, SOLUTION}


@pytest.fixture(scope="module")
def plain_words(tmp_path_factory):
    """An id and a rival that are words of the page, and people on both sides of promises."""
    folder = company(
        tmp_path_factory.mktemp("words"),
        accounts=[{"account_id": "PURCHASES", "name": "Zanzibar Handels GmbH", "owner": "Ann Own"},
                  {"account_id": "K-B", "name": "Bearings GmbH", "owner": "Ann Own"}],
        products=[{"product_id": "P", "family": "Bearings"}],
        invoice_lines=[*evenly("PURCHASES", 100), *evenly("K-B", 90)],
        deals=[{"deal_id": name, "account_id": "K-B", "outcome": "lost", "competitor": name,
                "amount": 1, "close_date": "2026-05-05"} for name in ("Total", "Vantoric Inc.")],
        contacts=[{"contact_id": name, "account_id": "K-B", "name": name, "email": ""}
                  for name in ("Rudi Fremd", "Ann Own")],
        commitments=[{"account_id": "K-B", "review_quarter": "2026Q3", "side": "theirs",
                      "text": "call", "owner": "Rudi Fremd", "due": "2026-12-01",
                      "status": "open"}])
    workspace = open_workspace(folder)
    return workspace, forbidden_terms(workspace, review_quarter(workspace))


def test_customers_people_who_keep_their_own_promises_are_not_ours(plain_words):
    _, terms = plain_words
    assert terms["another account's contact"] == ["Rudi Fremd"]


def test_ids_and_rivals_that_are_words_of_the_page_refuse_none_and_are_told(plain_words):
    workspace, terms = plain_words
    content = page(text=" Your purchases in total, Total 12")
    assert find_leaks(content, terms) == []
    leaks = find_leaks(page(text=" as PURCHASES and Vantoric do"), terms)
    assert {leak.found for leak in leaks} == {"PURCHASES", "Vantoric"}
    assert unsearchable_terms(workspace) == {"a competitor": ["Total"]}
    assert "a competitor that is a word of every page: 'Total'" in checked_text(workspace)
    assert json.loads(checked_json(workspace))["not_searched"] == {"a competitor": ["Total"]}


def test_names_are_searched_without_their_legal_form_unless_they_are_words_in_use(plain_words):
    _, terms = plain_words
    assert terms["another account's name"] == [
        "Bearings GmbH", "Zanzibar Handels", "Zanzibar Handels GmbH"]
    assert without_legal_form("Nord Stahl GmbH & Co. KG") == [
        "Nord Stahl GmbH & Co.", "Nord Stahl GmbH", "Nord Stahl"]
    assert without_legal_form("Schulz AG") == []  # six letters
    assert without_legal_form("Metropolis B.V.") == ["Metropolis"]
    assert without_legal_form("Bearings") == []
    assert short_names(["Purchases Total Ltd", "Karl Peters AG"], {"Karl", "Peters"}) == set()


def test_figures_are_searched_as_a_page_or_a_hand_would_write_them():
    row = {"gross_margin_ltm_low": 15310.4, "gross_margin_ltm_high": 15310.4,
           "revenue_ltm": 40000.0, "npv": -29753.2, "roi": -0.763, "wallet": 70000.0}
    view = {"account": {"language": "de"}, "figures": {"sum": 70000}}
    # 15310.4 / 40000 = 38.3 %; 70,000 is disclosed
    assert set(internal_figures(row, view)[FIGURE]) == {
        "15,310", "15.310", "15310", "29,753", "29.753", "29753",
        "38.3%", "38,3\xa0%", "76.3%", "76,3\xa0%"}
    # a positive return stands on the page, and its present value with it
    assert set(internal_figures(row | {"roi": 0.763, "npv": 29753.2}, view)[FIGURE]) == {
        "15,310", "15.310", "15310", "38.3%", "38,3\xa0%"}
