"""What the analyst reads at the end of each step: what was done, and what the next step is."""

import datetime as dt
from pathlib import Path

import pandas as pd

from qbrkit.columns import TABLES
from qbrkit.periods import quarter_text
from qbrkit.run.score_sheets.read import Filled
from qbrkit.run.score_sheets.read_folder import Returned
from qbrkit.run.score_sheets.scores_file import Written
from qbrkit.run.score_sheets.session import Rater, Round
from qbrkit.run.score_sheets.told import Told
from qbrkit.settings import Settings

MEASURES = "counter_measures"


def _s(n: int, word: str) -> str:
    return f"{n:,} {word}{'' if n == 1 else 's'}"


def handed_text(handed: Round, told: Told, folder: Path, options: str) -> str:
    """What was written, whose sheet is which, and how to read them back.

    Parameters
    ----------
    handed, told : Round, Told
        What was handed out.
    folder : Path
        Where the sheets lie.
    options : str
        Options that the next command needs to find the same workspace.
    """
    width = max(len(rater.name) for rater in handed.raters)
    accounts = [f"  {account}  {told.accounts[account]}" for account in handed.accounts]
    name = f"--session {handed.day:%Y-%m-%d} --round {handed.number}{options}"
    return "\n".join([
        f"{_s(len(handed.raters), 'score sheet')} for the session of {handed.day:%Y-%m-%d}, "
        f"round {handed.number}, in {folder}:",
        *(f"  {rater.name:<{width}}  {rater.department or 'department not known'}"
          for rater in handed.raters),
        f"Each asks for {_s(len(handed.items), 'row')} on "
        f"{_s(len(handed.accounts), 'account')}:", *accounts,
        "Next: send each rater one sheet" + (
            ", and note for yourself alone who is which pseudonym. " if handed.number == 1 else
            ", to the same person under the same pseudonym as in round 1. ")
        + "Put the sheets that come back into that folder, over the empty ones, and read them:",
        f"  qbr score-sheets --read {name}"])


def too_few(raters: tuple[Rater, ...] | list[Rater], settings: Settings) -> str:
    """That the panel is too small for a ranking; empty where it is not."""
    least, departments = settings.black_ops.least_raters, settings.black_ops.least_departments
    count = len({rater.department for rater in raters if rater.department})
    if len(raters) >= least and count >= departments:
        return ""
    return (f"Warning: {_s(len(raters), 'rater')} from {_s(count, 'department')}; below "
            f"{_s(least, 'rater')} from {_s(departments, 'department')} the page shows no ranking.")


def outside(day: dt.date, quarter: pd.Period) -> str:
    """That the page of the quarter does not show a session of that day, or not as the last.

    Parameters
    ----------
    day : date
        Day of the session.
    quarter : Period
        The quarter reviewed, which gives the facts on the sheets.

    Returns
    -------
    str
        Empty for a day in the quarter or in the one that follows: a quarter is reviewed in the
        next one, and so is its session held.
    """
    first, last = quarter.start_time.date(), (quarter + 1).end_time.date()
    if first <= day <= last:
        return ""
    name = quarter_text(quarter)
    if day < first:
        return (f"Warning: the session of {day} lies before {name}, and the facts on the sheets "
                f"are those of {name}; give the day on which it is held.")
    return (f"Warning: the page of {name} shows sessions until {last}; that of {day} stands on "
            "the page of a later quarter, once its invoices are there.")


def read_text(returned: Returned, written: Written, settings: Settings, has_measures: bool,
              options: str) -> str:
    """What was read and written, what is missing, and what to do now.

    Parameters
    ----------
    returned, written : Returned, Written
        The sheets, and what became of their scores.
    settings : Settings
        What qbr.toml says.
    has_measures : bool
        Whether the workspace has a table of counter-measures.
    options : str
        Options that the next command needs to find the same workspace.
    """
    day, number = returned.day, returned.number
    scored = [sheet for sheet in returned.sheets if sheet.scores]
    raters = [Rater(sheet.about["rater"], sheet.about["department"]) for sheet in scored]
    rows_n = sum(len(sheet.scores) for sheet in scored)
    lines = [f"Read: session of {day}, round {number}; {_s(len(scored), 'rater')} from "
             f"{_s(len({rater.department for rater in raters}), 'department')}, "
             f"{_s(rows_n, 'score')}."]
    for sheet in returned.sheets:
        lines.append(f"  {_remarks(sheet)}")
    lines += [*returned.notes, _written_text(written)]
    if empty_n := sum(not sheet.scores and not sheet.own_plans for sheet in returned.sheets):
        lines.append(f"{_s(empty_n, 'sheet')} {'is' if empty_n == 1 else 'are'} not filled in "
                     "yet: put what comes back over the empty ones and read again.")
    if warning := too_few(raters, settings):
        lines.append(warning)
    return "\n".join([*lines, *_next(day, number, written, settings, has_measures, options)])


def _remarks(sheet: Filled) -> str:
    rater = sheet.about["rater"]
    if not sheet.scores and not sheet.own_plans:
        return f"{rater}: not filled in yet"
    told = [f"{rater}: {_s(len(sheet.scores), 'score')}"]
    if sheet.missing_n:
        told.append(f"{_s(sheet.missing_n, 'row')} left empty")
    if sheet.own_plans:
        told.append(f"wrote the plan of {', '.join(sheet.own_plans)}, left out")
    if sheet.without_move_n:
        told.append(f"{sheet.without_move_n} without a move")
    return ", ".join(told)


def _written_text(written: Written) -> str:
    if not written.added_n and not written.replaced_n:
        return f"All of them stand in {written.file} already; nothing was changed."
    told = [f"{_s(written.added_n, 'row')} added"]
    if written.replaced_n:
        told.append(f"{_s(written.replaced_n, 'old row')} taken out")
    if written.same_n:
        told.append(f"{written.same_n} stood there already")
    return f"{written.file}: {', '.join(told)}."


def _next(day: str, number: int, written: Written, settings: Settings, has_measures: bool,
          options: str) -> list[str]:
    told = [] if written.is_own else [
        f"Next: this workspace does not take black_ops_scores from a file that rows can be added "
        f"to; add the rows of {written.file} to its source before the next step."]
    if number == 1:
        return [*told, "Next: look at the page together and discuss where the raters differ:",
                f"  qbr black-ops{options}", "Then hand out the second round:",
                f"  qbr score-sheets --session {day} --round 2{options}"]
    told += ["Next: the page shows what the panel found:", f"  qbr black-ops{options}"]
    if not has_measures:
        told.append(f"Write what you decide against it into {settings.folder / MEASURES}.csv, "
                    f"with the columns {', '.join(TABLES[MEASURES].names)}; the dimension is "
                    f"one of {', '.join(settings.black_ops.dimensions)}, or empty for the whole "
                    "account, and the status is open, done or dropped.")
    return told
