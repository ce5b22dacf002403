"""All workbooks of a folder, each fault of each a sentence."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qbrkit.errors import DataError
from qbrkit.run.score_sheets.read import Filled, read_filled
from qbrkit.sources.entries import WORKBOOKS

SHOWN = 3
"""How many accounts a sentence lists."""
FAULTS = 12
"""How many faults of one sheet are listed: one that is wrong all over hides no other."""


@dataclass(frozen=True)
class Returned:
    """The sheets of one round that came back.

    Parameters
    ----------
    sheets : list of Filled
        One per rater, by file.
    notes : list of str
        What was passed over, each a sentence.
    """

    sheets: list[Filled]
    notes: list[str]

    @property
    def day(self) -> str:
        """Day of the session, as 2026-11-30."""
        return self.sheets[0].about["session_date"]

    @property
    def number(self) -> int:
        """The round."""
        return int(self.sheets[0].about["round"])


def read_folder(folder: Path, company: str, day: str = "", number: int | None = None) -> Returned:
    """The filled sheets of a folder.

    Parameters
    ----------
    folder : Path
        Where the analyst put the workbooks that came back.
    company : str
        The company of the workspace.
    day : str
        Session whose sheets are wanted; empty for that of most sheets.
    number : int or None
        Round whose sheets are wanted; None for that of most sheets.

    Returns
    -------
    Returned

    Raises
    ------
    DataError
        If there is no sheet, nothing is filled in, or anything is wrong in any sheet; the
        faults of all sheets in one message, `FAULTS` of each at most.
    """
    if not folder.is_dir():
        raise DataError(f"there is no folder {folder}; give the one with the filled sheets after "
                        "--read")
    files, notes = _workbooks(folder)
    if not files:
        raise DataError("\n".join([f"there is no workbook in {folder}; put the filled sheets "
                                   "there", *notes]))
    sheets = [read_filled(file) for file in files]
    faults = [fault for sheet in sheets for fault in _first_faults(sheet)]
    faults += _foreign([sheet for sheet in sheets if sheet.about], company, day, number)
    if not faults and not any(sheet.scores for sheet in sheets):
        faults.append(f"none of the {len(sheets)} sheets in {folder} is filled in yet; put those "
                      "that came back there")
    if faults:
        raise DataError("\n".join([*faults, "Nothing was written; mend this and read again."]))
    return Returned(sheets, notes)


def _first_faults(sheet: Filled) -> list[str]:
    """The faults of a sheet; of very many, the first and how many more there are."""
    more = len(sheet.faults) - FAULTS
    if more <= 0:
        return sheet.faults
    return [*sheet.faults[:FAULTS], f"{sheet.file}: {more} more of this kind; let "
            f"{sheet.about['rater']} fill it anew" if sheet.about else f"{sheet.file}: {more} more"]


def _workbooks(folder: Path) -> tuple[list[Path], list[str]]:
    """The workbooks of a folder, and a sentence for everything else in it."""
    files, notes = [], []
    for file in sorted(folder.iterdir()):
        if file.name.startswith("~$"):
            notes.append(f"{file.name}: {file.name[2:]} is open in Excel, and what is not saved "
                         "there was not read.")
        elif file.name.startswith((".", "~")) or file.name.casefold() in {"thumbs.db",
                                                                        "desktop.ini"}:
            continue
        elif file.is_dir():
            notes.append(f"{file.name}: is a folder; what lies in it was not read.")
        elif file.suffix.lower() not in WORKBOOKS:
            notes.append(f"{file.name}: is no workbook and was not read.")
        else:
            files.append(file)
    return files, notes


def _foreign(sheets: list[Filled], company: str, day: str, number: int | None) -> Iterable[str]:
    """Sheets of another company, session or round, twice the same rater, and other rows."""
    if not sheets:
        return
    ((most_day, most_round), _), *_ = Counter(
        (sheet.about["session_date"], sheet.about["round"]) for sheet in sheets).most_common()
    wanted = day or most_day, str(number or most_round)
    seen: dict[str, str] = {}
    ((rows, _), *_) = Counter(sheet.items for sheet in sheets).most_common()
    for sheet in sheets:
        about = sheet.about
        if about["company"] != company.strip():
            yield (f"{sheet.file}: is of {about['company']}, and this workspace is of {company}; "
                   "take it out of the folder")
        elif (about["session_date"], about["round"]) != wanted:
            yield (f"{sheet.file}: is of the session of {about['session_date']}, round "
                   f"{about['round']}; read are those of {wanted[0]}, round {wanted[1]}")
        elif about["rater"] in seen:
            yield (f"{sheet.file}: is of {about['rater']}, as is {seen[about['rater']]}; keep the "
                   "one that counts")
        elif set(sheet.items) != set(rows):
            other = sorted({one for one, _ in set(sheet.items) ^ set(rows)})
            yield (f"{sheet.file}: asks for other rows than most sheets "
                   f"({', '.join(other[:SHOWN])}); it is of an earlier draw")
        seen.setdefault(about["rater"], sheet.file)
