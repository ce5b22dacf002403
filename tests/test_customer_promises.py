"""Promises and service of the customer, as it reads them."""

import pytest
from companies import (
    LEVEL,
    NEXT,
    PROMISE,
    evenly,
    sample_review,
    situation,
    text_of,
    view_of,
    viewed,
)
from printed import read_rows
from test_sample import read

from qbrkit.report.customer import promises, service

SPEND = evenly("A", 100)


@pytest.mark.parametrize(("name", "told"), [
    ("all missed", "We kept 0 of 2 promises of the last review; 2 were missed."),
    ("one missed", "We kept 1 of 2 promises of the last review; 1 was missed."),
    ("German company", "Wir haben 1 von 1 Zusagen aus dem letzten Gespräch eingehalten."),
    ("only their promises", "In the last review we made no promise; yours are listed below."),
    ("promises of an older review", "We kept 0 of 1 promises of the last review."),
    ("lines alone", "Not available: no promises are on record.")])
def test_promises(name, told):
    assert text_of(promises.last_review(situation(name)[1])) == told


def test_promises_of_both_sides_are_listed_and_none_left_out():
    rows = read_rows(promises.last_review_table(situation("all missed")[1]))[1:]
    assert [(row[0], row[1], row[4]) for row in rows] == [
        ("call", "ours", "overdue"), ("deliver", "ours", "missed"), ("pay", "yours", "missed")]


@pytest.mark.parametrize(("commitments", "told"), [
    ([NEXT], "Promised for the next ninety days: 1 by us and 0 by you."),
    ([NEXT, NEXT | {"side": "theirs"}], "Promised for the next ninety days: 1 by us and 1 by "
                                        "you."),
    ([PROMISE], "Nothing is promised for the next ninety days yet. Let us agree it in the "
                "meeting.")])
def test_next_steps(tmp_path, commitments, told):
    view = viewed(tmp_path, invoice_lines=SPEND, commitments=commitments)
    assert text_of(promises.ahead(view)) == told


@pytest.mark.parametrize(("delivered", "told"), [
    ([97], "We promised 1 measure of service and reached it."),
    ([95], "We promised 1 measure of service and reached it."),
    ([94], "1 of 1 measures of service missed what we promised: M0."),
    ([97, 99], "All 2 measures of service reached what we promised."),
    ([90, 99, 80], "2 of 3 measures of service missed what we promised: M0 and M2."),
    ([None, 99], "We promised 1 measure of service and reached it."),
    ([None], "Nothing of these was promised, so nothing could be missed.")])
def test_service(tmp_path, delivered, told):
    view = viewed(tmp_path, invoice_lines=SPEND, service_levels=[
        LEVEL | {"measure": f"M{at}", "delivered": level} for at, level in enumerate(delivered)])
    assert text_of(service.state(view)) == told
    outcomes = [row[3] for row in read_rows(service.measures(view))[1:]]
    assert outcomes == ["" if level is None else "missed" if level < 95 else "kept"
                        for level in delivered]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    review, folder = sample_review(), tmp_path_factory.mktemp("views")
    return lambda account: view_of(review, account, folder)


def test_sample_account_whose_promises_were_all_missed(sample):
    made = read("commitments")
    ours = made[(made["account_id"] == "A-012") & (made["review_quarter"] == "2026Q3")
                & (made["side"] == "ours")]
    assert ours["status"].tolist() == ["missed"] * 3
    view = sample("A-012")
    assert view.account["language"] == "de"
    kept = read_rows(promises.last_review_table(view))[1:]
    assert [row[4] for row in kept[:3]] == ["nicht eingehalten"] * 3 or len(kept) >= 3
    assert "0 von 3" in text_of(promises.last_review(view))


def test_sample_late_deliveries(sample):
    levels = read("service_levels")
    own = levels[(levels["account_id"] == "A-003") & (levels["quarter"] == "2026Q4")]
    late = own[own["delivered"].astype(float) < own["promised"].astype(float)]
    shown = text_of(service.state(sample("A-003")))
    assert len(late)
    assert all(measure in shown for measure in late["measure"])
