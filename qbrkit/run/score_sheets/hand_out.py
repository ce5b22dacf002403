"""From a workspace to one workbook per rater."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from qbrkit.errors import ParameterError
from qbrkit.reviews import QuarterReview
from qbrkit.run.paths import write_whole
from qbrkit.run.score_sheets import first_round
from qbrkit.run.score_sheets.choice import choose_accounts
from qbrkit.run.score_sheets.pseudonyms import PSEUDONYMS, draw_raters
from qbrkit.run.score_sheets.read import read_filled
from qbrkit.run.score_sheets.session import Round
from qbrkit.run.score_sheets.told import Told, gather_told
from qbrkit.run.score_sheets.workbook import make_workbook
from qbrkit.sources import Workspace

LEAST = 3
"""Raters without whom no statistic is possible."""


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line.

    Parameters
    ----------
    day : date
        Day of the session.
    number : int
        Round to hand out.
    departments : mapping of str to int
        Raters of each department; empty for a second round.
    accounts : collection of str
        Accounts asked for.
    territory : str
        Territory to choose accounts from; empty for all.
    most : int
        Accounts chosen at most.
    until : date or None
        By when the sheets are to be back.
    """

    day: dt.date
    number: int
    departments: Mapping[str, int]
    accounts: Collection[str] = ()
    territory: str = ""
    most: int = 6
    until: dt.date | None = None


def prepare_round(workspace: Workspace, review: QuarterReview, wanted: Wanted,
                  force: bool = False) -> Round:
    """Raters and rows of a round.

    Parameters
    ----------
    workspace, review : Workspace, QuarterReview
        Where accounts, facts and earlier scores come from.
    wanted : Wanted
        What was asked for.
    force : bool
        Prepare also a round whose scores are there already.

    Returns
    -------
    Round
        Of a second round, the raters and rows of the first, with what was scored then.

    Raises
    ------
    ParameterError
        If fewer than three raters scored the first round, or the round is scored already.
    DataError
        If there are no scores of the first round for a second one.
    """
    company = review.settings.company.name
    there = first_round.scores_of(workspace, wanted.day, wanted.number)
    if len(there) and not force:
        raise ParameterError(_scored(wanted, len(first_round.raters_of(there))))
    if wanted.number == 1:
        raters = draw_raters(wanted.departments, wanted.day, workspace.tables)
        chosen = choose_accounts(workspace, review, wanted.accounts, wanted.territory,
                                 wanted.most)
        items = tuple((account, dimension) for account in chosen
                      for dimension in dict.fromkeys(review.settings.black_ops.dimensions))
        return Round(company, wanted.day, 1, raters, items, wanted.until)
    scores = first_round.require_first(first_round.scores_of(workspace, wanted.day, 1),
                                       wanted.day)
    raters = first_round.raters_of(scores)
    require_some(len(raters))
    items = first_round.items_of(scores, review.settings.black_ops.dimensions)
    return Round(company, wanted.day, 2, raters, items, wanted.until,
                 first_round.own_scores(scores), first_round.gather_first(scores))


def _scored(wanted: Wanted, raters_n: int) -> str:
    day = f"{wanted.day:%Y-%m-%d}"
    further = (f"hand out the second round with qbr score-sheets --session {day} --round 2"
               if wanted.number == 1 else "qbr black-ops shows them")
    return (f"{raters_n} raters have scored round {wanted.number} of {day} already; {further}, "
            "or write the sheets all the same with --force")


def require_some(raters_n: int) -> None:
    """Refuse a panel of one or two.

    Raises
    ------
    ParameterError
        If there are fewer than three raters.
    """
    if raters_n < LEAST:
        raise ParameterError(f"with {raters_n} rater{'s' * (raters_n != 1)} no statistic is "
                             f"possible; a session needs {LEAST} at least, and five from two "
                             "departments for a ranking")


def write_sheets(workspace: Workspace, review: QuarterReview, handed: Round, folder: Path,
                 force: bool = False) -> Told:
    """One workbook per rater, named after the pseudonym.

    Parameters
    ----------
    workspace, review : Workspace, QuarterReview
        For the facts.
    handed : Round
        From `prepare_round`.
    folder : Path
        Where they are written.
    force : bool
        Write them also where there are some, which are lost then.

    Returns
    -------
    Told
        What the sheets say of the accounts.

    Raises
    ------
    ParameterError
        If there are sheets already and `force` is not set.
    """
    standing = {file: sheet for file in sorted(folder.glob("*.xlsx"))
                if (sheet := read_filled(file)).about or file.stem in PSEUDONYMS}
    if standing and not force:
        filled_n = sum(bool(sheet.scores) for sheet in standing.values())
        filled = f", {filled_n} of them filled in" if filled_n else ""
        raise ParameterError(
            f"{folder} holds {len(standing)} sheet{'s' * (len(standing) != 1)} of this round "
            f"already{filled}; read them with --read, or write them anew with --force, which "
            "removes what is filled in")
    told = gather_told(workspace, review, handed)
    books = {f"{rater.name}.xlsx": make_workbook(handed, rater, told) for rater in handed.raters}
    for name, book in books.items():
        write_whole(folder / name, book)
    for file in standing:  # the analyst's own files, as a list of who is who, stay
        if file.name not in books:  # of an earlier draw; read back, it would be a stranger
            file.unlink()
    return told
