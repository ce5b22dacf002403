"""The README of the workspace."""

from tests.sample_company.stories import STORIES

_TEXT = """
# Wendelmar Industrial Supply, the sample company

An invented industrial supplier (drives, bearings, seals, lubricants, pneumatics, cooling,
service parts, belts and chains), so that the whole quarter can be tried at once. No company,
person, price or exchange rate here is real; the mail addresses end in `.example`.

- Company currency EUR; four American accounts are billed in USD, the Swiss ones in EUR, one
  British account in both.
- The fiscal year starts in October: the review quarter 2026Q4 is July to September 2026, its
  twelve months are 2026Q1 to 2026Q4. The lines reach from October 2022 to October 9, 2026, a
  few days into a quarter that is not complete.
- 60 accounts in five territories with one account manager each: `North`, `South`, `East`,
  `West`, `Overseas`. Accounts in Germany, Austria and Switzerland get German pages.

## Files

`qbr.toml` describes the workspace, and gives the German words of product families and shared
risks. The invoice lines come as one file per fiscal year; every
other CSV file is named after its table of the contract. `commentary/` holds the account
managers' own words on ten Green Circle accounts, by account id; accounts without one have a
draft for a page.

Targets stand per territory for each quarter of fiscal 2025 and 2026, and besides for six
accounts in fiscal 2026: the second are part of the first and are not added to them.

Everything is written by a seeded generator. After a change to it, write the files anew and
run the tests, from the root of the repository:

    python -m tests.sample_company
    pytest tests/test_sample.py

## What is hidden in it

Figures are for the review quarter 2026Q4 and the twelve months to its end (in EUR unless said
otherwise, k for thousands), compared with the twelve months before. The section is the one of
the internal review, of the external review, or another page, numbered as in the whole method:
sections that the kit does not make yet (see "What is not there yet" in the main README) will
show their stories once they are there. Each row is checked against the CSV files by
`tests/test_sample.py`.

| story | accounts | figures to expect | section |
|---|---|---|---|
"""


def readme() -> str:
    """The README, with a row for each story."""
    return _TEXT.lstrip() + "\n".join(
        f"| {story.title} | {story.accounts} | {story.sentence} | {story.section} |"
        for story in STORIES)
