"""What ``qbr check`` tells: what became of the rows, then every problem with its likely fix."""

import json
from typing import Any

from qbrkit.errors import DataError
from qbrkit.languages import untranslated
from qbrkit.periods import choose_period, quarter_text
from qbrkit.problems import NOTED, REFUSED, SHOWN, STOPS, Problem
from qbrkit.sources import Workspace
from qbrkit.sources.checks import LINES

RATES = "exchange_rates"
TITLES = {STOPS: "Must be mended", REFUSED: "Rows left out", NOTED: "To know"}


def checked_text(workspace: Workspace, quarter: str = "") -> str:
    """The result of the checks for the screen: the rows, the money, the problems, the quarters.

    Parameters
    ----------
    workspace : Workspace
        What was read.
    quarter : str, default ""
        The fiscal quarter to check, as ``2026Q3``; empty for what can be reviewed.
    """
    width = max((len(name) for name in workspace.counts), default=5)
    lines = [f"{'table':<{width}}  {'rows':>12}  {'accepted':>12}  {'refused':>9}  {'repaired':>9}"]
    lines += [f"{name:<{width}}  {count.rows:>12,}  {count.accepted:>12,}  {count.refused:>9,}  "
              f"{count.repaired:>9,}" for name, count in workspace.counts.items()]
    lines += _money(workspace)
    currency = workspace.settings.company.currency
    for severity, title in TITLES.items():
        told = [problem for problem in workspace.problems if problem.severity == severity]
        if told:
            lines += ["", f"{title}:", *(f"  {problem.sentence()}{_worth(problem, currency)}"
                                         for problem in told)]
    lines += _untranslated(workspace)
    lines += _unsearchable(workspace)
    lines += _quarters(workspace, quarter)
    lines += ["", _ending(workspace)]
    return "\n".join(lines)


def checked_json(workspace: Workspace) -> str:
    """The result of the checks for scripts.

    Returns
    -------
    str
        A JSON object with

        - ``tables``: by name of the table ``rows`` (all read: accepted + refused + repeated),
          ``accepted``, ``refused`` (left out because they cannot be used), ``repaired`` (at
          least one value could not be used and counts as missing, or the row repeats another
          one), ``repeated`` (left out because they repeat another row); of the invoice lines
          ``revenue_accepted`` and ``revenue_refused`` in the company's currency, and
          ``foreign_accepted`` and ``foreign_refused``, the rows in other currencies that are
          not in these sums; null and 0 of other tables;
        - ``problems``: a list of objects with ``table``, ``column``, ``what``, ``rows``,
          ``severity`` (stops, refused, noted), ``values``, ``places``, ``money`` (or null),
          ``fix``, ``has_more`` (whether there are other values than those; null where each row
          has one of its own) and ``sentence``, which says it all in one line;
        - ``untranslated``: by language, the words of the data that customers would read and
          ``[words.<language>]`` of the settings lacks;
        - ``not_searched``: by kind, the names of the data that no customer's page can be searched
          for, as they are words of every page;
        - ``quarters``: the fiscal quarters that can be reviewed, earliest first;
        - ``usable``: false when a problem stops the run.
    """
    result: dict[str, Any] = {
        "tables": {name: {
            "rows": count.rows, "accepted": count.accepted, "refused": count.refused,
            "repaired": count.repaired, "repeated": count.repeated,
            "revenue_accepted": count.revenue, "revenue_refused": count.revenue_refused,
            "foreign_accepted": count.foreign, "foreign_refused": count.foreign_refused,
        } for name, count in workspace.counts.items()},
        "problems": [problem.record() | {"sentence": problem.sentence()}
                     for problem in workspace.problems],
        "untranslated": _words_lacking(workspace),
        "not_searched": _not_searched(workspace),
        "quarters": [quarter_text(one) for one in workspace.coverage.reviewable()]
                    if _has_lines(workspace) else [],
        "usable": not any(problem.severity == STOPS for problem in workspace.problems),
    }
    return json.dumps(result, ensure_ascii=False, indent=1)


def _money(workspace: Workspace) -> list[str]:
    """The revenue of the lines accepted and refused, and which lines are not in it."""
    currency = workspace.settings.company.currency
    has_rates = not any(problem.table == RATES and problem.severity == STOPS
                        for problem in workspace.problems)
    told = []
    for name, count in workspace.counts.items():
        if count.revenue is not None:
            told += ["", f"revenue accepted  {count.revenue:>18,.2f} {currency}"
                     + (_converted(count.foreign) if has_rates else _others(count.foreign)),
                     f"revenue refused   {count.revenue_refused:>18,.2f} {currency}"
                     + _others(count.foreign_refused)]
        if count.repeated:
            told += ["", f"rows of {name} that repeat another one and count once with it: "
                         f"{count.repeated:,}"]
    return told


def quarter_fault(workspace: Workspace, quarter: str) -> str:
    """Why a fiscal quarter cannot be reviewed; empty where it can, or where nothing can be told.

    Raises
    ------
    SettingError
        If the text is no quarter.
    """
    if not _has_lines(workspace):
        return ""
    try:
        choose_period(workspace.coverage, quarter, workspace.settings.periods.allow_partial)
    except DataError as error:
        return str(error)
    return ""


def _has_lines(workspace: Workspace) -> bool:
    """Whether there are lines whose dates can be trusted."""
    stopped = any(problem.severity == STOPS and problem.table == LINES
                  for problem in workspace.problems)
    return LINES in workspace.counts and workspace.counts[LINES].accepted > 0 and not stopped


def _quarters(workspace: Workspace, quarter: str) -> list[str]:
    """Whether a quarter can be reviewed, or which can, and what the last one lacks."""
    if not _has_lines(workspace):
        return []
    if quarter:
        fault = quarter_fault(workspace, quarter)
        return ["", f"{quarter} cannot be reviewed: {fault}" if fault else
                f"{quarter} can be reviewed."]
    coverage = workspace.coverage
    found = [quarter_text(one) for one in coverage.reviewable()]
    told = (f"{found[0]} to {found[-1]} can be reviewed" if len(found) > 1 else
            f"{found[0]} can be reviewed" if found else
            "no quarter can be reviewed: it takes four whole quarters, and the invoices run from "
            f"{coverage.first:%Y-%m-%d} to {coverage.last:%Y-%m-%d}")
    last = coverage.quarter_of(coverage.last)
    if not coverage.is_complete(last):
        told += (f"; {quarter_text(last)} ends on {last.end_time:%Y-%m-%d}, the invoices on "
                 f"{coverage.last:%Y-%m-%d}: write {coverage.missing_lines(last)} under [periods] "
                 "if it is whole")
    return ["", f"{told[0].upper()}{told[1:]}."]


def _words_lacking(workspace: Workspace) -> dict[str, list[str]]:
    settings = workspace.settings
    return untranslated(workspace.tables, settings.words, settings.company.language)


def _untranslated(workspace: Workspace) -> list[str]:
    """Which words of the data a customer would read in another language than its page."""
    told = []
    for code, words in _words_lacking(workspace).items():
        number = "1 word" if len(words) == 1 else f"{len(words):,} words"
        shown = ", ".join(map(repr, words[:SHOWN])) + (", …" if len(words) > SHOWN else "")
        told += ["", f"[words.{code}] lacks {number} that customers would read: {shown}"]
    return told


def _not_searched(workspace: Workspace) -> dict[str, list[str]]:
    from qbrkit.run.forbidden import unsearchable_terms  # with all analyses

    return unsearchable_terms(workspace)


def _unsearchable(workspace: Workspace) -> list[str]:
    """Which names of the data could stand on another customer's page without being found."""
    told = []
    for kind, terms in _not_searched(workspace).items():
        shown = ", ".join(map(repr, terms[:SHOWN])) + (", …" if len(terms) > SHOWN else "")
        told += ["", f"Customers' pages cannot be searched for {kind} that is a word of every "
                     f"page: {shown}"]
    return told


def _worth(problem: Problem, currency: str) -> str:
    return "" if problem.money is None else f" [revenue {problem.money:,.2f} {currency}]"


def _converted(foreign: int) -> str:
    """Lines that are no part of the sum and count all the same."""
    if foreign == 1:
        return ", and 1 line in another currency, which counts at its rate"
    return (f", and {foreign:,} lines in other currencies, which count at their rates"
            if foreign else "")


def _others(foreign: int) -> str:
    if foreign == 1:
        return ", without 1 line in another currency"
    return f", without {foreign:,} lines in other currencies" if foreign else ""


def _ending(workspace: Workspace) -> str:
    if any(problem.severity == STOPS for problem in workspace.problems):
        return "The exports cannot be used yet."
    if workspace.problems:
        return "The exports can be used; the problems above stand in the internal review."
    return "The exports can be used; no problem was found."
