"""The entries under [sources] in qbr.toml: their options checked, their files found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qbrkit.errors import SettingError

TEXT_FILES = {".csv", ".tsv", ".txt", ".tab", ".psv", ".dat"}
WORKBOOKS = {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"}
PARQUET = {".parquet", ".pq"}
ENDINGS = TEXT_FILES | WORKBOOKS | PARQUET
KINDS_GIVEN = ("text", "number", "date", "id")
ORIGIN = ("__file", "__row")
"""Where a row stands: file, and row as a spreadsheet counts it."""
LISTED = 10
"""How many files of the folder a message lists."""


@dataclass(frozen=True)
class Source:
    """One source of qbr.toml, with the files it names.

    Parameters
    ----------
    name : str
        Its name under ``[sources]``.
    files : tuple of Path
        The files; empty for a database.
    options : dict
        What qbr.toml says, checked.
    folder : Path
        The folder of qbr.toml.
    """

    name: str
    files: tuple[Path, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    folder: Path = Path()

    @property
    def has_header(self) -> bool:
        """Whether the first row holds the names of the columns."""
        return bool(self.options.get("header", True))

    @property
    def skip_rows(self) -> int:
        """Rows before the header."""
        return int(self.options.get("skip_rows", 0))

    @property
    def decimal(self) -> str | None:
        """The decimal sign, where the analyst gave one."""
        return self.options.get("decimal")

    @property
    def date_formats(self) -> tuple[str, ...]:
        """Date formats that the analyst gave."""
        return _several(self.options.get("date_format", ()))

    def part_name(self, number: int) -> str:
        """Name of the table of its nth file or sheet: none that a source could have."""
        return f"{self.name}\x1f{number}"

    @property
    def sheets(self) -> tuple[str | int, ...]:
        """Sheets of a workbook; the first when none is named."""
        given = self.options.get("sheet", 1)
        return tuple(given) if isinstance(given, list) else (given,)

    @property
    def counts_overlap_once(self) -> bool:
        """Whether rows of a later file that stand in an earlier one count once."""
        return self.options.get("overlapping", "all") != "all"

    @property
    def same_columns(self) -> set[str]:
        """Columns, in small letters, in which such rows are the same; empty for all of them."""
        given = self.options.get("overlapping")
        return {name.strip().lower() for name in given} if isinstance(given, list) else set()

    def renamed(self, names: Iterable[str]) -> list[str]:
        """Names of columns, those under ``rename`` replaced; capital letters make no difference."""
        given = {name.strip().lower(): new.strip()
                 for name, new in self.options.get("rename", {}).items()}
        return [given.get(name.strip().lower(), name) for name in names]

    @property
    def null_marks(self) -> tuple[str, ...]:
        """Texts that stand for nothing."""
        return ("", *_several(self.options.get("null_values", ())))


def _several(given: Any) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def suffix(file: Path) -> str:
    """The ending that tells what a file is; ``.gz`` behind it only packs it."""
    endings = [ending.lower() for ending in file.suffixes]
    return next((ending for ending in reversed(endings) if ending != ".gz"), "")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_texts(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(one, str) for one in value))


def _is_format(value: Any) -> bool:
    return bool(value) and _are_texts(value) and all("%" in one for one in _several(value))


def _is_sheet(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_sheet, value))
    return _is_text(value) or (isinstance(value, int) and not isinstance(value, bool) and value > 0)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_overlap(value: Any) -> bool:
    return value in ("once", "all") or (isinstance(value, list) and bool(value)
                                        and all(map(_is_text, value)))


def _are_names(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _are_kinds(value: Any) -> bool:
    return isinstance(value, dict) and all(kind in KINDS_GIVEN for kind in value.values())


OPTIONS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "file": (_is_text, "the name of one file, in quotes"),
    "files": (lambda value: bool(value) and _are_texts(value), "a list of file names"),
    "url": (_is_text, "the address of a database, in quotes"),
    "query": (_is_text, "a select for the database, in quotes"),
    "sheet": (_is_sheet, "the name of a sheet, in quotes, or its number; the first is 1; or a "
              "list of such"),
    "delimiter": (lambda value: isinstance(value, str) and len(value) == 1,
                  'one character, as ";" or "\\t"'),
    "quote": (lambda value: isinstance(value, str) and len(value) <= 1,
              'one character, or "" when the export has no quotation marks around texts'),
    "escape": (lambda value: isinstance(value, str) and len(value) == 1,
               'the character before a quotation mark that belongs to a text, as "\\\\"'),
    "encoding": (_is_text, 'the name of an encoding, as "windows-1252"'),
    "decimal": (lambda value: value in {".", ","}, '"." or ","'),
    "date_format": (_is_format, 'a format as "%d.%m.%Y", or a list of such formats'),
    "header": (lambda value: isinstance(value, bool), "true or false"),
    "skip_rows": (_is_count, "a whole number: the rows before the column names"),
    "null_values": (_are_texts, 'a list of texts that mean "nothing", as ["NULL", "n/a"]'),
    "types": (_are_kinds, f'column = kind, and the kinds are {", ".join(KINDS_GIVEN)}'),
    "rename": (_are_names, '{ "name in the file" = "name to use" }'),
    "overlapping": (_is_overlap,
                    '"once" (rows of a later file that stand in an earlier one as well count '
                    'once), a list of the columns in which such rows are the same, or "all" (they '
                    'are different ones)'),
}
"""Every option of a source: how it is checked and what it must be."""


def name_sources(folder: Path, entries: dict[str, Any]) -> list[Source]:
    """Sources of qbr.toml with their files found.

    Raises
    ------
    SettingError
        If an option is unknown or cannot be used, or a file is missing; all faults in
        one message.
    """
    faults: list[str] = []
    sources: list[Source] = []
    for name, entry in entries.items():
        options = {"file": entry} if isinstance(entry, str) else entry
        found = _option_faults(options)
        if any(name.lower() == other.name.lower() for other in sources):
            found.append("another source has the same name but for capital letters")
        files: tuple[Path, ...] = ()
        if not found:
            files = _files_of(folder, options, found)
        faults += [f"[sources] {name}: {fault}" for fault in found]
        sources.append(Source(name, files, options, folder))
    if faults:
        raise SettingError("\n".join(faults))
    return sources


def _option_faults(options: Any) -> list[str]:
    if not isinstance(options, dict):
        return ["must be a file name in quotes, or options as { file = \"…\" }"]
    faults = [f"{option} is no option; allowed are {', '.join(sorted(OPTIONS))}"
              for option in options if option not in OPTIONS]
    faults += [f"{option} = {value!r} must be {OPTIONS[option][1]}"
               for option, value in options.items()
               if option in OPTIONS and not OPTIONS[option][0](value)]
    if len(origins := {"file", "files", "url"} & set(options)) != 1:
        faults.append("give one of file, files and url"
                      + (", not several" if origins else ""))
    elif ("query" in options) != ("url" in options):
        faults.append("give the query to run at the url" if "url" in options
                      else "a query needs the url of a database")
    return faults


def _files_of(folder: Path, options: dict[str, Any], faults: list[str]) -> tuple[Path, ...]:
    """Files that the names and patterns of one source lead to; what is wrong goes to `faults`."""
    files: list[Path] = []
    for pattern in _several(options.get("files", options.get("file", ()))):
        found = _matching(folder, pattern)
        if not found:
            faults.append(_not_found(folder, pattern))
        files += [file for file in found if file not in files]
    endings = {suffix(file) for file in files}
    if unknown := sorted(endings - ENDINGS):
        faults.append(f"files that end in {unknown[0] or 'nothing'} cannot be read; allowed are "
                      f"{', '.join(sorted(ENDINGS))}, the text files also with .gz")
    elif not any(endings <= kind for kind in (TEXT_FILES, WORKBOOKS, PARQUET)):
        faults.append(f"its files must all be of one kind, not {' and '.join(sorted(endings))}")
    return tuple(files)


def _matching(folder: Path, pattern: str) -> list[Path]:
    plain = folder / pattern
    if plain.is_file():
        return [plain]
    try:
        if (anchor := Path(pattern).anchor):
            found = Path(anchor).glob(str(Path(pattern).relative_to(anchor)))
        else:
            found = folder.glob(pattern)
        return sorted(file for file in found if file.is_file())
    except (ValueError, IndexError, NotImplementedError):  # what glob says of odd patterns
        return []


def _not_found(folder: Path, pattern: str) -> str:
    if pattern.strip() and (folder / pattern).is_dir():
        return f"{pattern!r} is a folder; name the files in it, as {pattern.rstrip('/')}/*.csv"
    near = sorted(file.name for file in folder.iterdir()
                  if file.is_file() and suffix(file) in ENDINGS)
    there = f"; there are {', '.join(near[:LISTED])}" if near else ""
    return (f"there is no file {pattern!r} in {folder}{there}"
            + (", …" if len(near) > LISTED else ""))
