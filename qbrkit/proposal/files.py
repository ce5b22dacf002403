"""The export files of a folder: found, looked at, and those that belong together as one source."""

import os
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import python_calamine as calamine

from qbrkit.columns import TABLES
from qbrkit.errors import DataError
from qbrkit.proposal.layouts import Layout, rows_layout, text_layout
from qbrkit.proposal.names import reserved_words
from qbrkit.proposal.wording import RANKS, plain
from qbrkit.sources.entries import ENDINGS, PARQUET, TEXT_FILES, WORKBOOKS, suffix

NO_EXPORTS = {"out", "commentary"}
"""Folders of a workspace that hold no exports."""
NUMBERS = re.compile(r"\d+([ ._-]*\d+)*")
"""A year, a month or a span of them in the name of a file: 2024, 2024-01, 2023-2024."""
NEARLY_SAME = 0.5
"""Share of common headings from which files of one name pattern are one source."""


@dataclass(frozen=True)
class Part:
    """One file, or one sheet of it, and its layout."""

    file: Path
    layout: Layout
    sheet: str = ""
    is_only_sheet: bool = True


@dataclass
class Group:
    """Files of one source.

    Parameters
    ----------
    name : str
        The name under ``[sources]``.
    parts : list of Part
        Its files, in the order of their names.
    rename : dict of str to str
        Headings of some of the files, and the heading the others have for the same.
    notes : list of str
        What the analyst should look at; those that begin with ``?`` are questions.
    """

    name: str
    parts: list[Part]
    rename: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of the source."""
        return tuple(dict.fromkeys(part.file for part in self.parts))

    @property
    def parts_name(self) -> str:
        """What its parts are called."""
        return "files" if len(self.files) > 1 else "sheets"

    @property
    def options(self) -> dict[str, Any]:
        """Options that hold for all of its files."""
        merged: dict[str, Any] = {}
        for part in self.parts:
            merged |= part.layout.options
        sheets = list(dict.fromkeys(part.sheet for part in self.parts if part.sheet))
        if len(sheets) > 1:
            merged = {"sheet": sheets} | merged
        elif sheets and not all(part.is_only_sheet for part in self.parts):
            merged = {"sheet": sheets[0]} | merged
        return merged | ({"rename": self.rename} if self.rename else {})


def find_parts(folder: Path) -> tuple[list[Part], list[str]]:
    """Every table in the files of a folder and its subfolders, and why others are none."""
    parts: list[Part] = []
    refused: list[str] = []
    for file in _files(folder):
        try:
            parts += _parts_of(file)
        except DataError as error:
            refused.append(str(error))
        except (OSError, EOFError, zlib.error, UnicodeError, duckdb.Error,
                calamine.CalamineError) as error:
            cause = str(error).splitlines()[0] if str(error) else type(error).__name__
            refused.append(f"{file.name}: cannot be read: {cause}")
    return parts, refused


def _files(folder: Path) -> Iterable[Path]:
    """Files with an ending of an export, those of the folder first."""
    own = sorted(one for one in folder.iterdir() if one.is_file() and _is_export(one))
    below = sorted(one for sub in folder.iterdir() if sub.is_dir() and sub.name not in NO_EXPORTS
                   and not sub.name.startswith((".", "_")) and os.access(sub, os.R_OK)
                   for one in sub.iterdir() if one.is_file() and _is_export(one))
    return [*own, *below]


def _is_export(file: Path) -> bool:
    is_text_for_people = file.name.lower().startswith(("readme", "license", "liesmich"))
    return suffix(file) in ENDINGS and not file.name.startswith((".", "~$")) \
        and not is_text_for_people


def _parts_of(file: Path) -> list[Part]:
    if suffix(file) in TEXT_FILES:
        return [Part(file, text_layout(file))]
    if suffix(file) in PARQUET:
        return [Part(file, _parquet_layout(file))]
    return _sheets(file) if suffix(file) in WORKBOOKS else []


def _parquet_layout(file: Path) -> Layout:
    with duckdb.connect() as connection:
        names = [name for name, *_ in connection.execute(
            "describe select * from read_parquet(?)", [str(file)]).fetchall()]
    return Layout({}, tuple(names), ())


def _sheets(file: Path) -> list[Part]:
    """The sheets with at least a row of names and a row of data."""
    try:
        with calamine.CalamineWorkbook.from_path(str(file)) as workbook:
            cells = {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
                     for name in workbook.sheet_names}
    except calamine.PasswordError as error:
        raise DataError(f"{file.name}: is protected by a password; save it without") from error
    filled = {name: rows for name, rows in cells.items()
              if sum(any(cell not in ("", None) for cell in row) for row in rows) > 1}
    if not filled:
        raise DataError(f"{file.name}: has no sheet with data")
    is_first = len(filled) == 1 and next(iter(filled)) == next(iter(cells))
    return [Part(file, rows_layout(rows), name, is_first) for name, rows in filled.items()]


def group_parts(folder: Path, parts: list[Part]) -> list[Group]:
    """Parts whose names differ in digits only and whose headings are nearly the same, together.

    Parameters
    ----------
    folder : Path
        The folder of all files.
    parts : list of Part
        What was found in it.
    """
    groups: list[Group] = []
    by_pattern: dict[tuple, list[Group]] = {}
    for part in parts:
        pattern = (NUMBERS.sub("#", part.file.relative_to(folder).as_posix().lower()),
                   NUMBERS.sub("#", part.sheet.lower()), *layout_key(part))
        known = by_pattern.setdefault(pattern, [])
        group = next((one for one in known if _belongs(one.parts[0], part)), None)
        if group is None:
            group = Group("", [])
            known.append(group)
            groups.append(group)
        group.parts.append(part)
    taken: set[str] = set()
    for group in groups:
        group.name = _source_name(group, taken)
        taken.add(group.name)
        group.notes += dict.fromkeys(note for part in group.parts for note in part.layout.notes)
        compare_headings(group)
    return groups


def layout_key(part: Part) -> tuple:
    """Options that must be one for all files of a source."""
    return tuple(part.layout.options.get(key) for key in ("header", "delimiter", "skip_rows"))


def _belongs(first: Part, other: Part) -> bool:
    """Whether two files hold the same kind of record."""
    if first.file == other.file and not re.search(r"\d", first.sheet):
        return False
    ours, theirs = ({plain(name) for name in part.layout.names} for part in (first, other))
    if first.layout.options.get("header") is False:
        return len(ours) == len(theirs)
    matched = len(ours & theirs) + len(same_meaning(first.layout.names, other.layout.names))
    return matched >= NEARLY_SAME * max(len(ours), len(theirs), 1)


def same_meaning(ours: Iterable[str], theirs: Iterable[str]) -> dict[str, str]:
    """Headings of theirs that ours do not have, and the heading of ours that means the same."""
    ours, theirs = list(ours), list(theirs)
    only_ours = [name for name in ours if name not in theirs]
    found = {}
    for name in (one for one in theirs if one not in ours):
        same = next((one for one in only_ours if plain(one) == plain(name)), None) or next(
            (one for one in only_ours if _share_a_role(plain(one), plain(name))), None)
        if same:
            found[name] = same
            only_ours.remove(same)
    return found


def _share_a_role(one: str, other: str) -> bool:
    return any(one in words and other in words for words in RANKS["invoice_lines"].values())


def compare_headings(group: Group) -> None:
    """Say where the headings of a source's files differ, and propose one name for the same."""
    newest = group.parts[-1].layout.names
    for part in group.parts[:-1]:
        renamed = same_meaning(newest, part.layout.names)
        group.rename |= renamed
        missing = [name for name in newest if name not in part.layout.names
                   and name not in renamed.values()]
        more = [name for name in part.layout.names if name not in newest and name not in renamed]
        if missing or more:
            told = [f"it lacks {', '.join(missing)}"] if missing else []
            told += [f"it also has {', '.join(more)}"] if more else []
            group.notes.append(f"{part.file.name} has other columns than "
                               f"{group.parts[-1].file.name}: {' and '.join(told)}")
    if group.rename:
        changed = ", ".join(f"{old} = {new}" for old, new in group.rename.items())
        group.notes.append(f"? its {group.parts_name} name the same columns differently; taken as "
                           f"the same: {changed}")


def _source_name(group: Group, taken: set[str]) -> str:
    """A name that SQL takes without quotation marks: the file's, or that of its sheet."""
    part = group.parts[0]
    stem = stem_of(part.file)
    if len(group.parts) > 1:
        stem = re.sub(r"[\W_]*\d+[\W_]*", "_", stem).strip("_") or part.file.parent.name
    text = stem if part.is_only_sheet else f"{stem} {part.sheet}"
    name = source_word(text)
    number, wanted = 1, name
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def stem_of(file: Path) -> str:
    """The name of a file without its endings: ``Sales.Invoices`` of Sales.Invoices.csv.gz."""
    name = file.name[:-3] if file.name.lower().endswith(".gz") else file.name
    return name.removesuffix(Path(name).suffix)


def source_word(text: str) -> str:
    """A text as the name of a source: lower case, no accents, no blanks, no word of SQL."""
    pieces = [plain(piece) for piece in re.split(r"[\W_]+", text)]
    name = "_".join(piece for piece in pieces if piece) or "export"
    if name[0].isdigit():
        name = f"file_{name}"
    return f"{name}_file" if name in reserved_words() and name not in TABLES else name
