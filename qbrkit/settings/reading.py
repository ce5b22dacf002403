"""From the text of qbr.toml to settings, with all its faults in one message."""

import re
import tomllib
from dataclasses import MISSING, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from qbrkit.columns import TABLES
from qbrkit.errors import SettingError
from qbrkit.languages import known_languages
from qbrkit.settings.sections import EMBEDDED, SECTIONS, SPARK, Company, Settings

FILE = "qbr.toml"
LEAST_GB = 0.25
"""Memory without which the embedded database cannot work."""
MONTH_MINUTES = 31 * 24 * 60


def read_settings(folder: Path | str) -> Settings:
    """Settings of the workspace in a folder.

    Parameters
    ----------
    folder : path
        Folder that holds ``qbr.toml``.

    Returns
    -------
    Settings

    Raises
    ------
    SettingError
        If the file is missing or is no TOML, or a section, name, kind or range is
        wrong, or two settings contradict each other; all faults in one message.
    """
    folder = Path(folder)
    file = folder / FILE
    if not file.is_file():
        raise SettingError(f"no {FILE} in {folder}; give the workspace with --workspace")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[:error.start].count(b"\n") + 1
        raise SettingError(f"{file} cannot be read: line {line} is not in utf-8; save the file as "
                           "UTF-8") from error
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{file} cannot be read: {error}{_hint(error, text)}") from error
    return replace(_build(folder, raw), text=text)


def _hint(error: tomllib.TOMLDecodeError, text: str) -> str:
    """What is usually wrong with a line that is no TOML; empty when nothing usual is."""
    place = re.search(r"at line (\d+)", str(error))
    line = text.splitlines()[int(place[1]) - 1] if place else ""
    if "\\" in line:
        return ": in \"…\" a backslash means something else; write paths with / or in '…'"
    return ": texts stand in quotes" if str(error).startswith("Invalid value") else ""


def _build(folder: Path, raw: dict[str, Any]) -> Settings:
    faults: list[str] = []
    known = {"company", "sources", "tables", "words", *SECTIONS}
    faults += [f"[{name}] is no section; allowed are {', '.join(sorted(known))}"
               for name in raw if name not in {*known, "engine"}]
    engine = raw.get("engine", EMBEDDED)
    if engine not in (EMBEDDED, SPARK):
        faults.append(f'engine = {engine!r} must be "{EMBEDDED}" or "{SPARK}"')
    sources, tables = (_entries(raw, name, faults) for name in ("sources", "tables"))
    faults += [f"[tables.{name}] is no table of the contract; allowed are {', '.join(TABLES)}"
               for name in tables if name not in TABLES]
    faults += [f"tables.{name} must be a section: [tables.{name}]"
               for name, entry in tables.items() if not isinstance(entry, dict)]
    words = _words(_entries(raw, "words", faults), faults)
    company = _section(Company, "company", raw.get("company", {}), faults)
    sections = {name: _section(kind, name, raw.get(name, {}), faults)
                for name, kind in SECTIONS.items()}
    faults += _contradictions(sections)
    if faults:
        raise SettingError("\n".join(f"{FILE}: {fault}" for fault in faults))
    return Settings(folder=folder, company=company, sources=sources, tables=tables,
                    words=words, engine=engine, **sections)


def _entries(raw: dict[str, Any], name: str, faults: list[str]) -> dict[str, Any]:
    """A section whose names are the analyst's own; that it is none goes to `faults`."""
    entries = raw.get(name, {})
    if isinstance(entries, dict):
        return entries
    faults.append(f"{name} must be a section: [{name}]")
    return {}


def _words(given: dict[str, Any], faults: list[str]) -> dict[str, dict[str, str]]:
    """Translations of the data's own words by language; what is wrong goes to `faults`."""
    there = known_languages()
    for code, words in given.items():
        if code not in there:
            faults.append(f"[words.{code}] is no language that pages are written in; there are "
                          f"{', '.join(there)}")
        elif not isinstance(words, dict):
            faults.append(f'words.{code} must be a section: [words.{code}]')
        else:
            faults += [f"[words.{code}] {text!r} must be a text in quotes, as "
                       '"Pumps" = "Pumpen"' for text, word in words.items()
                       if not isinstance(word, str) or not word.strip()]
    return given


def _contradictions(sections: dict[str, Any]) -> list[str]:
    """Settings that are possible one by one and not together."""
    faults = []
    periods, contacts = sections["periods"], sections["contacts"]
    if periods and periods.data_from and periods.data_until \
            and periods.data_from > periods.data_until:
        faults.append(f"[periods] data_from = {periods.data_from} lies after "
                      f"data_until = {periods.data_until}")
    if contacts and contacts.minimum > contacts.maximum:
        faults.append(f"[contacts] minimum = {contacts.minimum} is above "
                      f"maximum = {contacts.maximum}")
    return faults


def _section(kind: Any, name: str, given: dict[str, Any], faults: list[str]) -> Any:
    """One section as its dataclass; what is wrong goes to `faults`."""
    if not isinstance(given, dict):
        faults.append(f"{name} must be a section: [{name}]")
        return None
    known = {entry.name: entry for entry in fields(kind)}
    values = {}
    for key, value in given.items():
        if key not in known:
            faults.append(f"[{name}] {key} is not known; allowed are {', '.join(known)}")
        elif fault := _fault(known[key], value):
            faults.append(f"[{name}] {key} = {value!r}: {fault}")
        else:
            values[key] = value
    required = [key for key, entry in known.items()
                if entry.default is MISSING and entry.default_factory is MISSING]
    faults += [f"[{name}] {key} is missing" for key in required if key not in given]
    return kind(**values) if all(key in values for key in required) else None


def _fault(entry: Any, value: Any) -> str:
    """What is wrong with one setting; empty when nothing is."""
    if entry.metadata:
        low, high = entry.metadata["low"], entry.metadata["high"]
        whole = isinstance(entry.default, int)
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            return "must be a whole number" if whole else "must be a number"
        return "" if low <= value <= high else f"must lie from {low} to {high}"
    if entry.name == "currency":
        is_code = isinstance(value, str) and re.fullmatch(r"[A-Z]{3}", value)
        return "" if is_code else "must be a currency code of three capitals, as \"EUR\""
    if entry.name == "accent":
        is_color = isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value)
        return "" if is_color else "must be a color written as #0b6e4f"
    if entry.name == "logo" and value:
        is_picture = isinstance(value, str) and value.startswith("data:image/")
        return "" if is_picture else "must be a picture written as data:image/png;base64,…"
    if entry.name == "config":
        is_plain = isinstance(value, dict) and all(
            isinstance(one, str | int | float) for one in value.values())
        return "" if is_plain else (
            'must be settings of Spark, as { "spark.executor.memory" = "8g" }')
    if entry.name == "allowed_words":
        is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return "" if is_list else "must be a list of words in quotes"
    if entry.name == "dimensions":
        is_filled = isinstance(value, list) and len(value) > 0 and all(
            isinstance(one, str) and one.strip() for one in value)
        return "" if is_filled else 'must be a list of words in quotes, as ["price", "delivery"]'
    if entry.name == "reviews_per_quarter":
        good = isinstance(value, int) and not isinstance(value, bool) and value > 0
        return "" if good else "must be a whole number above 0"
    if entry.name == "capacity_minutes":
        return "" if _is_minutes(value) else f"must be whole minutes from 0 to {MONTH_MINUTES}"
    if entry.name == "capacity":
        is_by_name = isinstance(value, dict) and all(map(_is_minutes, value.values()))
        return "" if is_by_name else ('must be a section [year_plan.capacity] of names and whole '
                                      'minutes a month, as "Ann Lee" = 600')
    if entry.name == "memory_limit_gb":
        good = isinstance(value, int | float) and not isinstance(value, bool) and value >= LEAST_GB
        return "" if good else f"must be a number of gigabytes from {LEAST_GB}"
    if entry.name in {"data_from", "data_until"}:
        is_day = type(value) is date  # a datetime is a date too, and may carry a time zone
        return "" if is_day else "must be a date written as 2026-09-30, unquoted"
    if isinstance(entry.default, bool):
        return "" if isinstance(value, bool) else "must be true or false"
    if not isinstance(value, str):
        return "must be text in quotes"
    return "" if value.strip() or value == entry.default else "must not be empty"


def _is_minutes(value: Any) -> bool:
    """Whether a setting is whole minutes of a month."""
    return (isinstance(value, int) and not isinstance(value, bool)
            and 0 <= value <= MONTH_MINUTES)
