"""The section [sources] of a proposed qbr.toml: one entry a source, its questions beside it."""

import json
from pathlib import Path
from typing import Any

from qbrkit.proposal.drafts import toml_text, wrapped
from qbrkit.proposal.export import Export
from qbrkit.proposal.layouts import ENCODING_NOTE

DATE_QUESTION = ("day and month of {column} cannot be told apart ({examples}): uncomment the right "
                 "one")
LISTED = 6


def sources_text(folder: Path, exports: list[Export], unused: list[Export],
                 needed: set[str]) -> str:
    """The entries of all sources.

    Parameters
    ----------
    folder : Path
        The folder of qbr.toml.
    exports : list of Export
        Sources that serve a table.
    unused : list of Export
        Sources that serve none yet; they stand as comments.
    needed : set of str
        Names of sources that must have an entry although their file is found by its name.
    """
    lines, asking = [], []
    for export in (one for one in exports if one.name in needed):
        given = _options(folder, export)
        if export.undecided or export.unclear:
            asking.append(_asking(export, given))
        else:
            beside = [note.removeprefix(ENCODING_NOTE) for note in export.notes
                      if note.startswith(ENCODING_NOTE)]
            lines += [*wrapped(comments_of(export)), f"{export.name} = {_inline(given)}"
                      + (f"   # {beside[0]}" if beside else "")]
    if unused:
        lines += [*([""] if lines else []),
                  "# Not used yet; take the # away to use one in the SQL of a table:"]
    for export in unused:
        more = ", …" if len(export.columns) > LISTED else ""
        lines.append(f"# {export.name} = {_inline(_options(folder, export))}   "
                     f"# {', '.join(list(export.columns)[:LISTED])}{more}")
    head = ["\n".join(["[sources]", *lines])] if lines else []
    return "\n\n".join([*head, *asking])


def comments_of(export: Export) -> list[str]:
    """The notes on one source as comments; questions begin with ``# ?``."""
    return [f"# {note}" for note in dict.fromkeys(export.notes)
            if not note.startswith(ENCODING_NOTE)]


def questions_of(export: Export) -> list[str]:
    """The open questions on one source, as sentences."""
    told = [note.removeprefix("? ") for note in dict.fromkeys(export.notes)
            if note.startswith("? ")]
    told += [_date_question(export, column) for column in export.undecided]
    return told + ([_decimal_question(export)] if export.unclear else [])


def _options(folder: Path, export: Export) -> dict[str, Any]:
    """The options of a source, its files first."""
    files = [_relative(folder, file) for file in export.group.files]
    return {**({"file": files[0]} if len(files) == 1 else {"files": _pattern(folder, files)}),
            **export.options}


def _relative(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()


def _pattern(folder: Path, files: list[str]) -> list[str]:
    """The names of several files, as one pattern where it fits these and no others."""
    first, last = files[0], files[-1]
    start = next((at for at, (one, other) in enumerate(zip(first, last, strict=False))
                  if one != other), 0)
    while start and first[start - 1].isdigit():
        start -= 1
    end = 0
    while end < min(len(first), len(last)) - start and first[-1 - end] == last[-1 - end]:
        end += 1
    while end and first[-end].isdigit():
        end -= 1
    pattern = f"{first[:start]}*{first[len(first) - end:]}"
    fitting = sorted(_relative(folder, one) for one in folder.glob(pattern))
    return [pattern] if fitting == sorted(files) and start else files


def _inline(given: dict[str, Any]) -> str:
    """An entry on one line: the file alone, or a table of options."""
    if set(given) == {"file"}:
        return toml_text(given["file"])
    return "{ " + ", ".join(f"{key} = {_value(value)}" for key, value in given.items()) + " }"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return toml_text(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {_value(one)}"
                                for key, one in value.items()) + " }"
    return json.dumps(value)


def _asking(export: Export, given: dict[str, Any]) -> str:
    """An entry of its own section, with the lines to choose from."""
    lines = [f"[sources.{export.name}]", *(f"{key} = {_value(value)}" for key, value in
                                           given.items() if key != "date_format")]
    lines += wrapped(comments_of(export))
    asked: dict[tuple[str, str], str] = {}
    for column, formats in export.undecided.items():
        asked.setdefault(formats, column)
    for formats, column in asked.items():
        lines += wrapped([f"# ? {_date_question(export, column)}"])
        lines += [f"# date_format = {_value(formats[0])}   # day first",
                  f"# date_format = {_value(formats[1])}   # month first"]
    if export.unclear:
        lines += wrapped([f"# ? {_decimal_question(export)}"])
        lines += ['# decimal = "."   # point', '# decimal = ","   # comma']
    return "\n".join(lines)


def _decimal_question(export: Export) -> str:
    column, example = next(iter(export.unclear.items()))
    return (f"{column} holds numbers such as {example}, in which the sign may part thousands or "
            "decimals: uncomment the right one")


def _date_question(export: Export, column: str) -> str:
    examples = ", ".join(export.columns[column].examples[:3])
    return DATE_QUESTION.format(column=column, examples=examples)
