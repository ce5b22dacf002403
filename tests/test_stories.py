"""Every story of the sample company stands on the internal pages or on those of its customers:
in its section, with the accounts by name and the figures as printed.

That the figures are right is asked in ``tests/test_sample.py``, from the CSV files.
"""

import re
from dataclasses import replace

import pandas as pd
import pytest
from companies import sample_review, text_of
from markupsafe import Markup
from notebook_page import cells, charts_as_texts, exhibits
from sample_company.stories import STORIES

from qbrkit.disclosure import disclose, read_view, write_view
from qbrkit.report.exhibits import Html

SAMPLE = "data/sample"
PLAN = "transactional plan"
CIRCLE, MOVES, MARGIN, GROWTH = (
    "Which accounts are Green Circle?", "Who moved in or out?",
    "Does the margin of some pay for others?", "Which Green Circle accounts grow?")
TARGETS, POTENTIAL, CHANGE, KEPT, SILENT = (
    "Did we reach the target, and why not?", "Where could accounts buy more?",
    "What made the change?",
    "Do we keep what we have?", "Who has gone silent?")
CONTACTS, VALUE, THREATS, RISKS, SEASONS, PROMISES, QUALITY = (
    "Who holds the accounts?", "What value is documented?",
    "Which competitors grow, and at whose expense?",
    "What may come, and what is our answer?", "Which seasons and indicators move us?",
    "Did we keep our promises?", "Can the figures be trusted?")
TOLD = {
    "Size of the circle": (CIRCLE, "25 of 58 accounts are Green Circle", "85.3%",
                           "20 by volume (from €256,053 on)", "20 by margin (from €88,301 on)",
                           "4 by potential and 1 set by hand"),
    "Green by margin only": (CIRCLE, "Green Circle: margin, potential 2 458,428"),
    "Loses money": (MARGIN, "cost €17,293 in twelve months", "485,980 −17,293 −17,293"),
    "Green by potential only": (CIRCLE, "Green Circle: potential 1 95,099"),
    "Held though below the cuts": (CIRCLE, "1 stays, though below the cuts",
                                   "not yet two quarters below 0.9 of the cuts 1 121,843"),
    "Borderline": (CIRCLE, "22 of them stand firm", "6 accounts are borderline, in or out"),
    "Unknown costs decide": (CIRCLE, "Unknown costs decide about 1 account",
                             "(€25,096 to €104,417)"),
    "Leaves the circle": (MOVES, "2026Q4 out", "fell from €267,098 in 2026Q2 to €131,254",
                          "the second quarter in a row below 0.9 of the cut"),
    "Enters the circle": (MOVES, "2026Q4 in", "rose from €184,337 to €272,425"),
    "New and provisional": (CIRCLE, "1 account is new and provisional",
                            "(€85,802 so far, €343,207 annualized)"),
    "Green as a group": (CIRCLE, "1 group reaches the cuts only together",
                         "(3 accounts, €274,570 in all, at most €113,398 each)"),
    "Overrides": (CIRCLE, MOVES, "Green Circle: set by hand 1", "no longer set by hand"),
    "White space": (POTENTIAL, "Van der Meulen & Zonen Scheepsbouw B.V. Lubricants 14 20 46,985"),
    "Estimated wallets": (POTENTIAL, "55 of 58 accounts have a wallet",
                          "7 stated, 48 estimated from their peers",
                          "On 55 accounts it had not seen, the estimate erred by 30% less"),
    "Free lines": (QUALITY, "given away", "€20,320 of it to Sprewitz Glasmanufaktur GmbH"),
    "One territory misses": (TARGETS, "South reached €603,303 of €862,000",
                             "€258,697 short, because of Rautenberger Zement GmbH & Co. KG, "
                             "Zwieselbach Maschinenbau GmbH and Wörlach Textilwerke GmbH"),
    "Grows fastest": (GROWTH, "grew most: +€352,841 (+79.1%)", "rank 1 of 25", "799,091"),
    "Shrinks by a lost product": (GROWTH, CHANGE, "lost most: −€355,024 (−27.2%)", "1,306,350",
                                  "no longer buys Helical gear unit HG 600 (D-600): €336,453"),
    "Grows by price only": (CHANGE, "grew by price only: +€15,620", "−€7,051"),
    "Grows by exchange rate only": (CHANGE, "grew by exchange rates only: +3.4%", "−1.7%"),
    "Heavy returns": (CHANGE, "Credits and returns took 13.4%", "€57,306"),
    "Kept of a year ago": (KEPT, SILENT, "Net revenue retention is 100.1%", "94.0% (gross)",
                           "39 accounts bought €856,302 more", "17 bought €738,705 less",
                           "1 that bought for €107,343 bought nothing more"),
    "Silent against its rhythm": (SILENT, "has not ordered for 79 days",
                                  "95% of its gaps are at most 17 days", "Jul 13, 2026"),
    "Lost and dormant": (SILENT, "€107,343", "Aug 14, 2025"),
    "One contact only": (CONTACTS, "Rurkamp Chemiefaser GmbH (€810,639)",
                         "Rurkamp Chemiefaser GmbH 1 1.0 1"),
    "Twelve and more contacts": (CONTACTS, "Grünwaldt Papierwerke AG 14"),
    "Roles missing": (CONTACTS, "Harrowgate Millworks, Inc. (influencer)",
                      "Havbrink Seafood ApS (gatekeeper)"),
    "Overdue contact": (CONTACTS, "5 Green Circle accounts are overdue", "90 60", "78 48", "63 33",
                        "49 19", "44 14"),
    "One of ours holds all contact": (CONTACTS, "only Claire Vandamme talks with", "€279,379"),
    "One person listed twice": (CONTACTS, "1 second record of a person at Ostmünder Werft GmbH",
                                "Ostmünder Werft GmbH 3"),
    "Not persons, or gone": (CONTACTS, "3 shared mailboxes at Rurkamp Chemiefaser GmbH, Van der "
                             "Meulen & Zonen Scheepsbouw B.V. and Ederheim Brauhaus KG",
                             "3 people who have left at Rurkamp Chemiefaser GmbH, Oderquell "
                             "Mühlenwerke AG and Moosbrugger Holzindustrie GmbH"),
    "Do not contact": (PLAN, "1 account asked not to be contacted and gets none"),
    "Negative ROI": (VALUE, "−65.8%", "does not cover what the customer spends"),
    "No confirmed value": (VALUE, "The product's benefits are all estimates, not one of "
                           "them confirmed, at Friesenhoff Molkerei eG (€359,348)"),
    "Stale unit value": (VALUE, "last confirmed more than twelve months ago: Van der Meulen & "
                         "Zonen Scheepsbouw B.V. (May 20, 2025)"),
    "Soft benefits": (VALUE, "16 soft benefits of the last twelve months are shown and in no "
                      "return"),
    "Overdue promise": (PROMISES, "2 of ours are overdue", "Sep 17, 2026 overdue",
                        "Sep 14, 2026 overdue"),
    "Deals in all": (THREATS, "157 deals of two years: 85 won, 52 lost, 10 without decision, 10 "
                     "open; 96 without a known competitor"),
    "Grows at our expense": (THREATS, "Vantoric in South grows at our expense: met in 4 of 20, "
                             "then in 16 of 25 decided deals, 12 lost to it, worth €489,600",
                             "our revenue there changed by −20.5%, the market by +5.3%"),
    "Harmless competitor": (THREATS, "Brakkmann was met in 14 of 64, then in 15 of 73 decided "
                            "deals and is not shown to grow; we won 11 of 15"),
    "Cannot tell": (THREATS, "Met in too few decided deals of two years to tell: Ostrelia (3)",
                    "cannot tell: 3 decided deals in two years"),
    "Risk without owner or date": (RISKS, "an expected loss of €175,904 to €301,550",
                                   "R-03: no owner and no date", "R-09: no owner",
                                   "R-08: no date"),
    "Answers that leave something": (RISKS, "Nov 20, 2026 70,636", "Dec 4, 2026 54,538",
                                     "79.4, below the threshold 120.0 of R-04",
                                     "104.1, above the threshold 95.0 of R-05"),
    "Two seasons": (SEASONS, "Cooling sells most in May and June", "(strength 0.90)",
                    "Service parts sells most in November to January", "(strength 0.81)"),
    "Follows an index": (SEASONS, "construction orders index 1 quarter later",
                         "rank correlation 0.99 over 16 quarters"),
    "Counter sales": (QUALITY, "Lines without an account make €20,127 in all, €4,316 of it in the "
                      "last twelve months"),
    "Missing costs": (QUALITY, "193 lines have no cost (2.4%), 74% of them in Pneumatics"),
}
"""Where each story is told, a question or several, and what is printed there."""
TOLD_TO_CUSTOMERS: dict[str, dict[str, tuple[str, ...]]] = {
    "Two currencies": {"A-026": ("€75,771", "€309,241")},
    "Value well documented": {"A-001": ("3.075.163", "11.090", "37.550", "45,2 %")},
    "Negative benefit": {"A-010": ("Yield of the filleting line (kg)", "−15,960", "€606,895")},
    "Still in the plan": {"A-007": (
        "Bereitschaftseinsatz am Wochenende yes 6 0 6 0 14,700",
        "Schulungstag Wellenausrichtung yes 4 0 4 0 7,600")},
    "Bought elsewhere": {"A-001": ("37.550", "41.600", "9.100", "99.340")},
    "Free elsewhere": {
        "A-002": ("Training day shaft alignment no 4 3 1 6,270",),
        "A-013": ("Training day shaft alignment no 4 3 1 6,270",)},
    "All promises missed": {"A-012": ("none of our 3 promises",)},
    "All promises kept": {"A-001": ("all 3 promises", "both of yours")},
    "Reasons told": {
        "A-003": ("in der Kalibrierung", "Gemeinsam gestrichen"),
        "A-007": ("wegen Sturms", "keinen freien Tag"), "A-010": ("Dropped together",),
        "A-012": ("Zwei Zeichnungen", "Der Techniker war krank", "sechs Wochen später"),
        "A-017": ("waits for the budget round", "no reason on record")},
    "New promises": dict.fromkeys(
        ("A-001", "A-002", "A-003", "A-005", "A-007", "A-010", "A-012", "A-014", "A-017"),
        ("2 by us and 1 by you",)),
    "Deliveries late": {"A-003": ("86,9 %", "86,6 %", "88,7 %", "85,5 %"),
                        "A-009": ("91,5 %", "92,2 %", "90,2 %", "92,9 %"),
                        "A-012": ("91,3 %", "87,3 %", "89,0 %", "89,6 %")},
    "Fitter too late": {"A-012": ("9,5 Stunden", "9,0 Stunden", "9,6 Stunden", "8,9 Stunden")},
    "Misses with a remark": {
        "A-001": ("durch Urlaub",), "A-002": ("from two stocks",), "A-003": ("fester Disponent",),
        "A-004": ("beim Spediteur", "Telefonanlage", "vergriffen"), "A-006": ("over a weekend",),
        "A-009": ("Rollenketten",), "A-012": ("Wälzlager", "Der nächste Monteur"),
        "A-014": ("Kühlmittel",), "A-016": ("durch Urlaub",)},
    "Risks of the customers": {"A-006": (), "A-019": (), "A-027": ()},
}
"""Stories of the customers' pages: what each page prints in the chapter of the story."""
TOLD_IN_WORDS = {"Still in the plan", "All promises missed", "All promises kept", "New promises"}
"""Stories whose words are looked for in English, whatever the language of the account."""
NOT_TOLD = {"Bought elsewhere": "62.000", "Risks of the customers": "ships",
            "Free elsewhere": "Training day shaft alignment with your plan only"}
"""What the chapter must not say."""
QUESTIONS = {CIRCLE, MOVES, MARGIN, GROWTH, TARGETS, POTENTIAL, CHANGE, KEPT, SILENT, CONTACTS,
             VALUE, THREATS, RISKS, SEASONS, PROMISES, QUALITY, PLAN}
INTERNAL = {story.title: story for story in STORIES
            if story.section.startswith("internal") or story.section == PLAN}
EXTERNAL = {story.title: story for story in STORIES if story.section.startswith("external")}


@pytest.fixture(scope="module")
def sections(request):
    """What the internal pages say, by question; the plan as a whole."""
    review = sample_review()
    said: dict[str, str] = {}
    for notebook in ("internal_review", "transactional_plan"):
        for question, _, _, html in exhibits(review, notebook):
            where = PLAN if notebook == "transactional_plan" else question
            said[where] = f"{said.get(where, '')} {printed(html)}"
    return said


@pytest.fixture(scope="module")
def names(request):
    """Name under which each account stands on the pages: a child under that of its parent."""
    accounts = pd.read_csv(request.config.rootpath / SAMPLE / "accounts.csv", dtype=str)
    called = accounts.set_index("account_id")["name"]
    return accounts.set_index("account_id")["parent_id"].map(called).fillna(called)


def printed(html):
    """The text of an exhibit with a space between cells and one instead of several."""
    parted = re.sub(r"</(?:t[dh]|tr|p|li|caption|text)>", " \\g<0>", str(html.markup))
    return " ".join(text_of(Html(Markup(parted))).split())


def test_every_story_of_the_internal_pages_is_told():
    assert set(INTERNAL) == set(TOLD)


@pytest.mark.parametrize("title", INTERNAL)
def test_story_is_told_by_its_section(sections, names, title):
    where = [one for one in TOLD[title] if one in QUESTIONS]
    said = " ".join(sections[question] for question in where)
    for figure in (one for one in TOLD[title] if one not in QUESTIONS):
        assert figure in said, f"{figure!r} is not told"
    for account_id in re.findall(r"A-\d{3}", INTERNAL[title].accounts):
        assert names[account_id] in said, f"{account_id} is not named"


@pytest.mark.parametrize("title", INTERNAL)
def test_amounts_told_are_those_of_the_story(title):
    sentence = INTERNAL[title].sentence
    for amount in re.findall(r"€([\d,]+)", " ".join(TOLD[title])):
        euros = float(amount.replace(",", ""))
        forms = (f"{euros / 1000:,.0f} k", f"{amount}")
        exact = [float(one.replace(",", "")) for one in re.findall(r"[\d,]+\.\d\d", sentence)]
        assert any(form in sentence for form in forms) or round(euros) in {
            int(one + 0.5) for one in exact}, f"€{amount} is not in {sentence!r}"


def test_every_story_of_the_external_pages_is_told_to_the_accounts_it_names():
    assert set(EXTERNAL) == set(TOLD_TO_CUSTOMERS)
    for title, story in EXTERNAL.items():
        assert list(TOLD_TO_CUSTOMERS[title]) == re.findall(r"A-\d{3}", story.accounts), title


@pytest.fixture(scope="module")
def views(tmp_path_factory):
    """Views of all accounts that a story of the external pages names."""
    ids = sorted({one for told in TOLD_TO_CUSTOMERS.values() for one in told})
    folder, found = tmp_path_factory.mktemp("views"), {}
    for account_id, view in disclose(sample_review(), ids).items():
        write_view(view, folder / account_id)
        found[account_id] = read_view(folder / account_id)
    return found


@pytest.mark.parametrize("title", EXTERNAL)
def test_story_is_told_to_the_customer(views, title):
    number = int(EXTERNAL[title].section.split()[-1])
    for account_id, figures in TOLD_TO_CUSTOMERS[title].items():
        view = views[account_id]
        if title in TOLD_IN_WORDS:
            view = replace(view, account={**view.account, "language": "en"})
        said = chapter(view, number)
        for figure in figures:
            assert figure in said, f"{account_id}: {figure!r} is not told: {said}"
        assert said
        assert title not in NOT_TOLD or NOT_TOLD[title] not in said


def chapter(view, number):
    """What one chapter of a customer's page says."""
    questions = list(dict.fromkeys(question for question, tag, _ in cells("external_review")
                                   if tag != "setup"))
    with charts_as_texts():
        return " ".join(printed(html) for *_, html in exhibits(
            view, "external_review", questions[number - 1]))
