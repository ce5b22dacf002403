"""What ``qbr check`` tells: what became of the rows, then every problem with its likely fix."""

import json
from typing import Any

from qbrkit.problems import NOTED, REFUSED, STOPS, Problem
from qbrkit.sources import Workspace

TITLES = {STOPS: "Must be mended", REFUSED: "Rows left out", NOTED: "To know"}


def checked_text(workspace: Workspace) -> str:
    """The result of the checks for the screen: a table of the rows, the money, the problems."""
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
          ``fix`` and ``sentence``, which says it all in one line;
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
        "usable": not any(problem.severity == STOPS for problem in workspace.problems),
    }
    return json.dumps(result, ensure_ascii=False, indent=1)


def _money(workspace: Workspace) -> list[str]:
    """The revenue of the lines accepted and refused, and which lines are not in it."""
    currency = workspace.settings.company.currency
    told = []
    for name, count in workspace.counts.items():
        if count.revenue is not None:
            told += ["", f"revenue accepted  {count.revenue:>18,.2f} {currency}"
                     + _others(count.foreign),
                     f"revenue refused   {count.revenue_refused:>18,.2f} {currency}"
                     + _others(count.foreign_refused)]
        if count.repeated:
            told += ["", f"rows of {name} that repeat another one and count once with it: "
                         f"{count.repeated:,}"]
    return told


def _worth(problem: Problem, currency: str) -> str:
    return "" if problem.money is None else f" [revenue {problem.money:,.2f} {currency}]"


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
