"""The call list as CSV, and a calendar file per account manager."""

from pathlib import Path

import pandas as pd

from qbrkit import year_plan
from qbrkit.report.plan.reasons import calendar_title, channel_words, worded_calls
from qbrkit.report.sentences import words_of
from qbrkit.reviews import QuarterReview
from qbrkit.run.paths import unique_slugs, write_whole

CSV, CALENDARS = "calls.csv", "calls"
COLUMNS = ["owner", "date", "account_id", "name", "contact", "channel", "reason", "minutes",
           "why", "what_to_say"]
NOBODY = " nobody named "
"""Stands for no owner; no owner is written like this, since spaces around a name are cut."""
FORMULA = r"^(?=[=+\-@\t\r])"


def write_calls(review: QuarterReview, folder: Path) -> None:
    """Write calls.csv and the calendar files; files of who has no calls any more go.

    Parameters
    ----------
    review : QuarterReview
        The review of the quarter.
    folder : Path
        Folder of the internal pages.
    """
    calls = worded_calls(review, review.outreach.calls).rename(columns={"say": "what_to_say"})
    write_whole(folder / CSV, spreadsheet_safe(calls[COLUMNS]).to_csv(
        index=False, lineterminator="\n", date_format="%Y-%m-%d"))
    written = _write_calendars(review, calls, folder / CALENDARS)
    for file in (folder / CALENDARS).glob("*.ics"):
        if file.name not in written:
            file.unlink()


def _write_calendars(review: QuarterReview, calls: pd.DataFrame, folder: Path) -> set[str]:
    """Names of the files written."""
    words, written = words_of(review), set()
    channels = channel_words(words)
    events = calls.assign(
        owner=calls["owner"].fillna(NOBODY), category=calls["channel"].map(channels),
        description=calls["why"] + "\n" + calls["what_to_say"] + pd.Series(
            ["" if pd.isna(name) else "\n" + words.say("Ask for {name}.", name=name)
             for name in calls["contact"]], index=calls.index, dtype="str"))
    events["summary"] = (events["category"].str[:1].str.upper() + events["category"].str[1:]
                         + ": " + events["name"])
    slugs = unique_slugs(events["owner"].unique())
    for owner, mine in events.groupby("owner", sort=True):
        title = calendar_title("" if owner == NOBODY else str(owner), words)
        file = folder / f"{slugs[str(owner)]}.ics"
        write_whole(file, year_plan.calendar_file(mine, title, review.as_of))
        written.add(file.name)
    return written


def spreadsheet_safe(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose texts no spreadsheet takes for formulas.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    DataFrame
        A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return has an
        apostrophe before it, as OWASP advises against CSV injection; all else is the same.
    """
    texts: list[str] = table.select_dtypes("str").columns.tolist()
    return table.assign(**{name: table[name].str.replace(FORMULA, "'", regex=True)
                           for name in texts})
