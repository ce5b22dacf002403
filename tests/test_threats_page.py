"""What the internal page says of competitors is true in every situation."""

from dataclasses import replace

import pytest
from companies import sample_review, situation, text_of
from printed import number, read_rows, row_of
from tables import contract_table
from test_threats import BEFORE, deal, facts, market, reviewed_threats, seen

from qbrkit.report.internal import threat_tables, threats
from qbrkit.reviews.threats import of_territory

LIMIT = 5_000
"""Bytes of the section on the sample: the page has to stay under its own limit."""


def told_of(records, given=None, sizes=None, **others):
    """The sample's review with other competitors: deals, facts and market as given."""
    tables = {"deals": contract_table("deals", records)} | others
    if sizes is not None:
        tables["market"] = sizes
    return replace(sample_review(), threats=reviewed_threats(tables, given))


def north(*records):
    return [one | {"account_id": "A", "family": "X"} for one in records]


GROWING = north(*[deal("won", None, BEFORE)] * 20, *[deal("lost", "R", amount=100)] * 9,
                *[deal("won", None)] * 11)
"""9 of 20 after 0 of 20: +45 points. By Wilson 25.8 % to 65.8 % and 0 to 16.1 %, so by Newcombe
from 45 - sqrt(19.2² + 16.1²) = 20 to 45 + sqrt(0² + 20.8²) = 66."""
SHRUNK = facts(("A", "X", 200, 100), ("B", "X", 100, 105))


def test_growth_at_our_expense_is_told_with_deals_money_and_what_it_is_compared_with():
    review = told_of(GROWING, SHRUNK)
    said = text_of(threats.state(review))
    assert said.startswith(
        "R in North grows at our expense: met in 0 of 20, then in 9 of 20 decided deals, 9 lost "
        "to it, worth €900; our revenue there changed by −50.0%, that of the other territories by "
        "+5.0%. Deals without a known competitor fell from 20 of 20 to 11 of 20 there: a part of "
        "the rise may be better records.")
    assert "40 deals of two years: 31 won, 9 lost, 0 without decision, 0 open; 31 without" in said
    (headline,) = threats.headlines(review)
    assert headline.money == 900
    assert threats.decisions(review) == [
        "Decide how to answer R in North: it grows at our expense.",
        "Have the competitor named in every deal: of those decided in the last four quarters, 11 "
        "of 20 name none that is known."]
    # market -5.0% of ... the others grew by 5 %: 200 x 5 % = 10, and -100 - 10 = -110 against them
    assert row_of(threat_tables.shift_share(review), "North") == [
        "North", "200", "−100", "10", "0", "−110", "other territories"]


@pytest.mark.parametrize(("records", "given", "said"), [
    (GROWING, None, "R in North grows: its share of deals changed by +45 points (+20 to +66); "
                    "whether it is at our expense cannot be told."),
    (GROWING, facts(("A", "X", 100, 105), ("B", "X", 100, 105)),
     "R in North grows: its share of deals changed by +45 points (+20 to +66); that it is at our "
     "expense is not shown."),
    (north(*[deal("won", "R", BEFORE)] * 3, *[deal("won", "R")] * 3), None,
     "The one known competitor is not shown to grow. R was met in 3 of 3, then in 3 of 3 decided "
     "deals and is not shown to grow; we won 3 of 3 (100.0%)."),
    (north(deal("won", "R"), deal("lost", "Q")), None,
     "Of 2 known competitors none can be judged. Met in too few decided deals of two years to "
     "tell: Q (1) and R (1)."),
    (north(deal("won", "?")), None, "No deal and no signal names a known competitor, so nobody "
                                    "can tell which one grows. 1 deal of two years: 1 won"),
    ([], None, "No deal of the last eight quarters is on record. This needs deals in the export; "
               "sales, from the CRM, can supply it."),
    ([deal("won", "R", None), deal(None)], None, "2 deals cannot be used: they have no outcome, "
                                                 "or no day on which they ended.")])
def test_finding_is_true_in_every_case(records, given, said):
    assert text_of(threats.state(told_of(records, given))).startswith(said)


def test_signals_alone_are_told_with_what_they_rest_on():
    review = told_of([], competitor_signals=contract_table("competitor_signals", seen(
        "adverts", (2, 2, 2), (5, 5, 5), territory="North")))
    assert ("R in North grows: its signals stand at 250 (250 to 250), a year before at 100; "
            "whether it is at our expense cannot be told.") in text_of(threats.state(review))
    cells = row_of(threat_tables.competitors(review), "R")
    assert cells[2:] == ["0 of 0", "0 of 0", "–", "0", "yes: signals at 250 (250\u00a0to\u00a0250)",
                         "cannot tell: too few deals"]


def test_money_that_nobody_wrote_down_is_told_apart():
    review = told_of(north(*[deal("lost", "R", loss_reason="price")] * 2, deal(None)))
    said = text_of(threats.state(review))
    assert ("Of the last four quarters, 2 lost deals have no amount and are in no sum. 1 more has "
            "no outcome or no day and is in no figure. The reason given most often for a lost deal "
            "is price: 2 of 2; no lost deal in the year before.") in said
    assert row_of(threat_tables.competitors(review), "R")[5] == "–"
    assert threats.decisions(review) == [
        "Enter the outcome and the day of 1 deal that is in no figure without them."]


def test_terms_of_shift_and_share_add_up_as_they_are_printed():
    # 100.5 -> 151.0 against a market that grew by a tenth of which X by a fifth
    review = told_of([], facts(("A", "X", 100.5, 150.75), ("A", "Y", 0.4, 0), ("A", "Z", 0, 9.5)),
                     market(("North", "X", 10, 12), ("North", "Q", 10, 10)))
    cells = [number(one) for one in row_of(threat_tables.shift_share(review), "North")[1:]]
    assert cells[1] == sum(cells[2:])
    assert "not compared" in str(threat_tables.shift_share(review).markup).lower()


def test_sample_section_is_short_and_its_table_holds_every_answer():
    review = sample_review()
    shown = [threats.state(review), threat_tables.competitors(review),
             threats.how_to_read(review)]
    assert sum(len(str(one.markup).encode()) for one in shown) < LIMIT
    rows = {tuple(row[:2]): row for row in read_rows(shown[1])}
    assert rows["Vantoric", "South"][2:5] == ["4 of 20", "16 of 25",
                                              "4 of 16 (10%\u00a0to\u00a049%)"]
    assert rows["Vantoric", "South"][7] == "yes: behind the market, deals and revenue lost"
    assert rows["Brakkmann", "North"][7] == "no: we keep pace with the market"
    assert rows["Brakkmann", "all"][7] == "see the territories"
    assert ("Ostrelia", "all") not in rows, "it would say the same once more"


def test_a_review_narrowed_to_a_territory_speaks_of_it_alone():
    review = replace(sample_review(), threats=of_territory(sample_review().threats, "East"))
    assert text_of(threats.state(review)).startswith(
        "Whether the one known competitor grows cannot be told.")
    assert "22 deals of two years" in text_of(threats.state(review))
    for exhibit in (threat_tables.competitors, threat_tables.shift_share, threat_tables.exposed):
        said = text_of(exhibit(review))
        assert "East" in said
        assert "South" not in said
    elsewhere = replace(review, threats=of_territory(review.threats, "Nowhere"))
    assert "No deal" in text_of(threats.state(elsewhere))
    for exhibit in (threat_tables.competitors, threat_tables.shift_share, threat_tables.exposed,
                    threat_tables.weaknesses, threats.how_to_read):
        assert str(exhibit(elsewhere).markup) == ""


def test_exposed_accounts_and_weaknesses_stand_in_tables():
    review = situation("competitors")[0]
    assert row_of(threat_tables.exposed(review), "A")[:6] == [
        "A", "North", "Rival; Second", "10", "1", "80"]
    rows = [row[:4] for row in read_rows(threat_tables.weaknesses(review))[1:]]
    assert rows == [["deal lost", "price", "8 of 9", "–"],
                    ["deal lost", "not known", "1 of 9", "–"],
                    ["complaint", "not known", "1", "0"]]


def test_a_company_without_competitors_on_record_is_told_what_to_ask_for():
    review = situation("lines alone")[0]
    assert text_of(threats.state(review)) == (
        "Nothing is known of the competitors. This needs deals, competitor_signals and market in "
        "the export; sales, from the CRM, can supply it.")
    assert threats.headlines(review) == threats.decisions(review) == []
