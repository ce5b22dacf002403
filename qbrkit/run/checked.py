"""What ``qbr check`` tells: rows per table, then every problem with its likely fix."""

import json
from typing import Any

from qbrkit.problems import NOTED, REFUSED, STOPS
from qbrkit.sources import Workspace

TITLES = {STOPS: "Must be mended", REFUSED: "Rows left out", NOTED: "To know"}


def checked_text(workspace: Workspace) -> str:
    """The result of the checks for the screen."""
    width = max((len(name) for name in workspace.counts), default=5)
    lines = [f"{'table':<{width}}  {'rows':>12}  {'accepted':>12}  {'refused':>9}"]
    lines += [f"{name:<{width}}  {count.rows:>12,}  {count.accepted:>12,}  {count.refused:>9,}"
              for name, count in workspace.counts.items()]
    for severity, title in TITLES.items():
        told = [problem for problem in workspace.problems if problem.severity == severity]
        if told:
            lines += ["", f"{title}:", *(f"  {problem.sentence()}" for problem in told)]
    lines += ["", _ending(workspace)]
    return "\n".join(lines)


def checked_json(workspace: Workspace) -> str:
    """The result of the checks for scripts."""
    result: dict[str, Any] = {
        "tables": {name: {"rows": count.rows, "accepted": count.accepted,
                          "refused": count.refused} for name, count in workspace.counts.items()},
        "problems": [problem.record() | {"sentence": problem.sentence()}
                     for problem in workspace.problems],
        "usable": not any(problem.severity == STOPS for problem in workspace.problems),
    }
    return json.dumps(result, ensure_ascii=False, indent=1)


def _ending(workspace: Workspace) -> str:
    if any(problem.severity == STOPS for problem in workspace.problems):
        return "The exports cannot be used yet."
    if workspace.problems:
        return "The exports can be used; the problems above stand in the internal review."
    return "The exports can be used; no problem was found."
