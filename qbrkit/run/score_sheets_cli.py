"""The verb ``qbr score-sheets``: hand sheets out with --session, read them with --read.

Only what ``--help`` needs is imported at the top; the rest is imported by the verb.
"""
# ruff: noqa: D301  (click takes backslash-b in a docstring for "keep the lines that follow")

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qbrkit.errors import ParameterError

if TYPE_CHECKING:
    from qbrkit.run.score_sheets.hand_out import Wanted

class _Day(click.DateTime):
    """A day; any other text is answered with how a day is written."""

    def convert(self, value: Any, param: click.Parameter | None,
                ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no day; write it as 2026-11-30", param, ctx)


DAY = _Day(["%Y-%m-%d"])
MOST = 6
DEFAULT_FOLDER = ""
"""What --read stands for without a folder: that of the sheets handed out."""
HOW_TO_BEGIN = ("give the day of the session and who rates, as --session 2026-11-30 --raters "
                "Sales=3 --raters Service=2; or --read, to read the sheets that came back")


def add_score_sheets(group: click.Group, common: Callable[[Callable], Callable]) -> None:
    """Add the verb to the command; `common` gives it the options that every verb has."""

    @group.command("score-sheets")
    @common
    @click.option("--session", "day", type=DAY, metavar="DAY",
                  help="Day of the session, as 2026-11-30.")
    @click.option("--raters", multiple=True, metavar="DEPARTMENT=N",
                  help="How many raters of a department; give it for each department.")
    @click.option("--account", "accounts", multiple=True, metavar="ID",
                  help="Score this account, by id or exact name; may be given several times.  "
                       "[default: those with most gaps]")
    @click.option("--territory", default="", help="Choose accounts of this territory only.")
    @click.option("--most", type=click.IntRange(1, 20), default=None,
                  help=f"Accounts to choose at most.  [default: {MOST}]")
    @click.option("--back-by", type=DAY, metavar="DAY",
                  help="By when the sheets are to be back.  [default: before the session]")
    @click.option("--round", "number", type=click.IntRange(1, 2),
                  help="2 is the second round, after the discussion.  [default: 1]")
    @click.option("--read", is_flag=False, flag_value=DEFAULT_FOLDER, metavar="[FOLDER]",
                  help="Read filled sheets.  [default: from the folder they were written to]")
    @click.option("--force", is_flag=True,
                  help="Write sheets, or replace scores, that are there already.")
    def verb(workspace: Path, quarter: str, out: Path | None, **given: Any) -> None:
        """Blind score sheets for a black-ops session: one Excel workbook per rater.

        With --session, sheets are written; with --read, those that came back are read into
        black_ops_scores.csv. Each step says what the next one is.

        \b
        Example:
          qbr score-sheets --session 2026-11-30 --raters Sales=3 --raters Service=2
        """
        out = out or workspace / "out"
        if given["read"] is not None:
            _read(workspace, out, given)
        else:
            _hand_out(workspace, quarter, out, given)


def _hand_out(workspace: Path, quarter: str, out: Path, given: dict[str, Any]) -> None:
    wanted = _wanted(given)
    from qbrkit.reviews import review_quarter
    from qbrkit.run.paths import work_folder
    from qbrkit.run.score_sheets.endings import handed_text, outside, too_few
    from qbrkit.run.score_sheets.hand_out import prepare_round, write_sheets
    from qbrkit.run.score_sheets.session import sheets_folder
    from qbrkit.sources import open_workspace

    opened = open_workspace(workspace, work_folder(out))
    review = review_quarter(opened, quarter)
    handed = prepare_round(opened, review, wanted, given["force"])
    folder = sheets_folder(out, wanted.day, wanted.number)
    told = write_sheets(opened, review, handed, folder, given["force"])
    click.echo(handed_text(handed, told, folder, _same_workspace()))
    for warning in (too_few(handed.raters, opened.settings),
                    outside(wanted.day, review.quarter)):
        if warning:
            click.echo(warning, err=True)


def _wanted(given: dict[str, Any]) -> "Wanted":
    """What is to be handed out; told before the workspace is opened when it cannot be."""
    from qbrkit.run.score_sheets.hand_out import Wanted, require_some

    number = given["number"] or 1
    if given["day"] is None:
        raise ParameterError(HOW_TO_BEGIN)
    if number == 2:
        _refuse(given, ("raters", "accounts", "territory", "most"),
                "the second round goes to those who scored the first, on the same accounts")
    elif not given["raters"]:
        raise ParameterError("--raters is missing: say how many raters of which department, as "
                             "--raters Sales=3 --raters Service=2")
    elif given["accounts"]:
        _refuse(given, ("territory", "most"), "the accounts are given by --account")
    day: dt.date = given["day"].date()
    until: dt.date | None = given["back_by"].date() if given["back_by"] else None
    if number == 1 and until and until > day:
        raise ParameterError(f"--back-by {until} lies after the session of {day}; the first "
                             "round has to be read before it")
    departments = _departments(given["raters"])
    if number == 1:
        require_some(sum(departments.values()))
    return Wanted(day, number, departments, given["accounts"],
                  given["territory"], given["most"] or MOST, until)


def _refuse(given: dict[str, Any], names: tuple[str, ...], why: str) -> None:
    named = {"accounts": "account"}
    if there := [f"--{named.get(name, name).replace('_', '-')}" for name in names if given[name]]:
        raise ParameterError(f"leave out {', '.join(there)}: {why}")


def _departments(given: tuple[str, ...]) -> dict[str, int]:
    """How many raters of each department; all faults in one message."""
    found: dict[str, int] = {}
    faults = []
    for one in given:
        name, _, count = (part.strip() for part in one.rpartition("="))
        if not name or not count.isdecimal() or int(count) < 1:
            faults.append(f"--raters {one!r}: write a department and how many of it rate, as "
                          "Sales=3")
        elif name in found:
            faults.append(f"--raters {one!r}: {name} is given twice")
        else:
            found[name] = int(count)
    if faults:
        raise ParameterError("\n".join(faults))
    return found


def _read(workspace: Path, out: Path, given: dict[str, Any]) -> None:
    _refuse(given, ("raters", "accounts", "territory", "most", "back_by"),
            "sheets are being read; only --session, --round and --force go with --read")
    from qbrkit.run.score_sheets.endings import MEASURES, read_text
    from qbrkit.run.score_sheets.read_folder import read_folder
    from qbrkit.run.score_sheets.scores_file import write_scores
    from qbrkit.run.score_sheets.session import SCORES
    from qbrkit.sources import find_inputs

    found = find_inputs(workspace)
    day = f"{given['day']:%Y-%m-%d}" if given["day"] else ""
    folder = (Path(given["read"]) if given["read"] != DEFAULT_FOLDER
              else _written(out, given["day"], given["number"]))
    returned = read_folder(folder, found.settings.company.name, day, given["number"])
    scores = [row for sheet in returned.sheets for row in sheet.scores]
    apart = out / "score_sheets" / f"{SCORES}_{returned.day}_round{returned.number}.csv"
    written = write_scores(found.settings, SCORES in found.mappings, scores,
                           [sheet.about["rater"] for sheet in returned.sheets], apart,
                           given["force"])
    click.echo(read_text(returned, written, found.settings, MEASURES in found.mappings,
                         _same_workspace()))


def _written(out: Path, day: dt.datetime | None, number: int | None) -> Path:
    """The folder that sheets were written to, where there is one that can be meant.

    Raises
    ------
    ParameterError
        If there is none, or several.
    """
    name = f"{f'{day:%Y-%m-%d}' if day else '*'}_round{number or '*'}"
    found = sorted(folder for folder in (out / "score_sheets").glob(name) if folder.is_dir())
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(folder.name for folder in found)
        last_day, _, last_round = found[-1].name.partition("_round")
        raise ParameterError(f"--read: sheets of several rounds were written ({listed}); say "
                             f"which, as --session {last_day} --round {last_round}")
    raise ParameterError(f"--read: no sheets were written to {out / 'score_sheets'} for this "
                         "session and round; give the folder with the filled sheets after --read")


def _same_workspace() -> str:
    """The options that name the workspace, as they were given, for the next command."""
    params = click.get_current_context().params
    told = (f" --{name} " + (f'"{params[name]}"' if " " in str(params[name]) else
                             str(params[name]))
            for name in ("workspace", "out") if params.get(name) is not None)
    return "".join(told)
