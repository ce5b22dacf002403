"""What is missing before the external reviews: rules by weight, and where they come from."""

import pandas as pd
import pytest
from companies import evenly, reviewed, text_of
from tables import typed_table

from qbrkit.black_ops.gaps import GAPS
from qbrkit.disclosure import disclose
from qbrkit.readiness import (
    ADVISES,
    ATTACK_UNANSWERED,
    BLOCKS,
    NEGATIVE_VALUE,
    NO_COMMENTARY,
    NO_RETURN,
    OPEN_RISK,
    SERVICE_MISSED,
    SEVERITY,
    SILENT,
    UNEXPLAINED,
    list_todo,
)
from qbrkit.report.internal import readiness
from qbrkit.reviews.readiness import check_readiness

OWN = {NO_COMMENTARY, OPEN_RISK, NEGATIVE_VALUE, NO_RETURN, SERVICE_MISSED, SILENT, UNEXPLAINED,
       ATTACK_UNANSWERED}


def found(*accounts, evidence="1"):
    return typed_table({"account_id": "str", "evidence": "str"},
                       [{"account_id": one, "evidence": evidence} for one in accounts])


def test_every_rule_that_is_not_its_own_is_a_gap_of_black_ops():
    assert set(SEVERITY) - OWN <= set(GAPS)


def test_only_own_words_open_risks_and_negative_value_keep_a_page_a_draft():
    assert {rule for rule, severity in SEVERITY.items() if severity == BLOCKS} == {
        NO_COMMENTARY, OPEN_RISK, NEGATIVE_VALUE}
    assert set(SEVERITY.values()) == {BLOCKS, ADVISES}


def test_what_is_missing_stands_by_account_and_weight():
    table = list_todo({"missing_role": found("B", "A"), NO_COMMENTARY: found("A", evidence=None),
                       "open_complaint": found("A", evidence="2")})
    assert table.astype(object).where(table.notna(), None).to_numpy().tolist() == [
        ["A", NO_COMMENTARY, None, BLOCKS], ["A", "open_complaint", "2", ADVISES],
        ["A", "missing_role", "1", ADVISES], ["B", "missing_role", "1", ADVISES]]


def test_two_risks_of_one_account_are_one_thing_to_do():
    risks = pd.concat([found("A", evidence="R-1"), found("A", evidence="R-2")])
    assert list_todo({OPEN_RISK: risks})["evidence"].tolist() == ["R-1, R-2"]


@pytest.mark.parametrize("nothing", [{}, {OPEN_RISK: found()}])
def test_nothing_to_do_is_an_empty_table_of_texts(nothing):
    table = list_todo(nothing)
    assert list(table) == ["account_id", "rule", "evidence", "severity"]
    assert table.empty
    assert set(table.dtypes.astype(str)) == {"str"}


def test_a_rule_that_nobody_knows_is_an_error():
    with pytest.raises(KeyError, match="never_heard"):
        list_todo({"never_heard": found("A")})


GREEN = typed_table({"account_id": "str", "roi": "float64", "do_not_contact": "boolean",
                     "confirmed": "float64", "estimated": "float64"}, [
    {"account_id": "A", "roi": 0.2}, {"account_id": "B", "roi": 0.0},
    {"account_id": "C", "do_not_contact": True}])
NO_GAPS = typed_table({"account_id": "str", "gap": "str", "evidence": "str"})


def rules_of(green=GREEN, **given):
    todo = check_readiness(green, given.pop("gaps", NO_GAPS), given.pop(
        "commentary", dict.fromkeys("ABC", "words")), **given)
    return sorted(zip(todo["account_id"], todo["rule"], strict=True))


def test_a_return_of_nothing_or_less_is_to_be_talked_about_and_an_unknown_one_is_not():
    assert rules_of() == [("B", NO_RETURN)]


def test_empty_words_of_the_account_manager_are_none():
    assert ("A", NO_COMMENTARY) in rules_of(commentary={"A": "", "B": "x", "C": "y"})


def test_service_risks_and_silence_are_taken_from_the_review():
    levels = typed_table({"account_id": "str", "measure": "str", "outcome": "str"}, [
        {"account_id": "A", "measure": "on time", "outcome": "missed"},
        {"account_id": "C", "measure": "on time", "outcome": "kept"},
        {"account_id": "C", "measure": "whole"}])
    silent = pd.DataFrame({"account_id": ["C", "A"], "is_silent": [True, False],
                           "days_since": [80.0, 3.0]})
    risks = pd.DataFrame({"account_id": ["A", "Z"], "risk_id": ["R-1", "R-1"]})
    assert rules_of(service_levels=levels, silent=silent, open_risks=risks) == [
        ("A", OPEN_RISK), ("A", SERVICE_MISSED), ("B", NO_RETURN), ("C", SILENT)]


def test_gaps_of_the_meeting_are_taken_over_and_those_of_strategy_are_not():
    gaps = pd.DataFrame({"account_id": ["A", "A"], "gap": ["few_contacts", "contract_ends"],
                         "evidence": ["2", "30"]})
    assert rules_of(gaps=gaps) == [("A", "few_contacts"), ("B", NO_RETURN)]


def test_whoever_asked_not_to_be_contacted_is_not_called_and_still_gets_an_answer():
    gaps = pd.DataFrame([[one, gap, "1"] for one in "AC" for gap in (
        "contact_overdue", "few_contacts", "missing_role", "open_complaint")],
        columns=["account_id", "gap", "evidence"])
    assert rules_of(gaps=gaps) == [
        ("A", "contact_overdue"), ("A", "few_contacts"), ("A", "missing_role"),
        ("A", "open_complaint"), ("B", NO_RETURN), ("C", "open_complaint")]


def test_a_blocked_page_stays_a_draft_and_does_not_tell_why(tmp_path):
    # The one risk is the largest, concerns A by its industry, and has neither owner nor date.
    review = reviewed(
        tmp_path, accounts=[{"account_id": "A", "industry": "paper"}, {"account_id": "B"}],
        invoice_lines=[*evenly("A", 100), *evenly("B", 100)], commentary={"A": "x", "B": "y"},
        risks=[{"risk_id": "R-1", "industry": "paper", "category": "economic",
                "driver": "canary", "probability_low": 0.5, "probability_high": 0.5,
                "impact_share": 0.5}])
    assert review.readiness[["account_id", "rule", "evidence"]].to_numpy().tolist() == [
        ["A", OPEN_RISK, "R-1"]]
    views = disclose(review, ["A", "B"])
    assert [views[one]["is_blocked"] for one in "AB"] == [True, False]
    assert "R-1" not in str(views["A"])
    assert "canary" not in str(views["A"])


def test_a_value_below_zero_keeps_the_page_a_draft_and_zero_or_unknown_does_not():
    # A: 100 - 100.01 = -0.01; B: 100 - 100 = 0; of C nothing is known
    green = GREEN.assign(confirmed=[100.0, 100.0, None], estimated=[-100.01, -100.0, None], roi=1.0)
    assert rules_of(green) == [("A", NEGATIVE_VALUE)]


def test_the_page_of_an_account_with_a_loss_is_blocked_and_the_internal_page_says_why(tmp_path):
    # A: (12 - 20) x 450 = -3600; B, where less is better: (20 - 12) x 450 = 3600
    lost = {"benefit_id": "D", "quarter": "2026Q4", "name": "downtime", "baseline": 20,
            "actual": 12, "unit_value": 450}
    review = reviewed(tmp_path, invoice_lines=[*evenly("A", 100), *evenly("B", 100)],
                      benefits=[lost | {"account_id": "A"},
                                lost | {"account_id": "B", "better": "less"}],
                      commentary={"A": "x", "B": "y"})
    views = disclose(review, ["A", "B"])
    assert [views[one]["is_blocked"] for one in "AB"] == [True, False]
    assert [views[one]["figures"]["value_ltm"] for one in "AB"] == [-3600, 3600]
    assert "talk about the negative value first" in text_of(readiness.todo_table(review))
    assert "1 has a value of the last twelve months below zero: A." in text_of(
        readiness.state(review))


def test_a_broken_promise_of_ours_without_a_reason_is_to_be_explained():
    made = pd.DataFrame([
        {"account_id": account, "side": side, "outcome": outcome, "reason": reason}
        for account, side, outcome, reason in (
            ("A", "ours", "missed", None), ("A", "ours", "dropped", None),
            ("B", "ours", "missed", "the part came late"), ("B", "theirs", "missed", None),
            ("C", "ours", "kept", None), ("C", "ours", "overdue", None))])
    todo = check_readiness(GREEN, NO_GAPS, {}, promises=made)
    assert todo.loc[todo["rule"] == UNEXPLAINED, "account_id"].tolist() == ["A"]
