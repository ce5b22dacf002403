"""Tables of the contract from the sources: by columns, by SQL, or by equal names."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from qbrkit.columns import NUMBERS, TABLES, Table
from qbrkit.errors import SettingError
from qbrkit.settings import FILE, Settings
from qbrkit.sources.entries import ENDINGS, suffix
from qbrkit.sources.recognize import literal

TEXTS = {"id", "text", "quarter", "flag"}
"""Kinds of column whose text is used as it stands."""


@dataclass(frozen=True)
class Mapping:
    """Where one table of the contract comes from.

    Parameters
    ----------
    table : Table
        The table of the contract.
    source : str
        Name of the source, empty when the table is made by SQL.
    columns : dict of str to str
        Contract column to source column or SQL expression; empty text leaves it out.
    sql : str
        The query, empty when the table is made from one source.
    uses : tuple of str
        Sources it is made from.
    """

    table: Table
    source: str
    columns: dict[str, str]
    sql: str = ""
    uses: tuple[str, ...] = ()

    @property
    def names_columns_only(self) -> bool:
        """Nothing is calculated: every column is taken as it stands."""
        return not self.sql and all(re.fullmatch(r"\s*[^\W\d]\w*(?: +\w+)*\s*|\s*", given)
                                    for given in self.columns.values())

    @property
    def wanted_as_text(self) -> set[str]:
        """Columns of the source, in small letters, that are ids or texts of the contract."""
        return set() if self.sql else self._mapped(TEXTS)

    @property
    def number_columns(self) -> set[str]:
        """Columns of the source, in small letters, that are numbers of the contract."""
        return set() if self.sql else self._mapped(NUMBERS)

    def _mapped(self, kinds: set[str]) -> set[str]:
        return {self.columns.get(column.name, column.name).strip().lower()
                for column in self.table.columns if column.kind in kinds}


def find_mappings(settings: Settings, sources: dict[str, Any]) -> dict[str, Mapping]:
    """Every table of the contract that the workspace holds.

    A table is mapped under ``[tables]``, or a source or a file of its name is there;
    `sources` receives the files found that way.

    Raises
    ------
    SettingError
        If a mapping is neither columns nor SQL or names what is not there; all faults
        in one message.
    """
    faults: list[str] = []
    mapped = _sections(settings.tables, faults)
    entries: dict[str, dict[str, Any]] = {}
    files = sorted(file.name for file in settings.folder.iterdir()
                   if file.is_file() and suffix(file) in ENDINGS)
    for name in TABLES:
        if name in mapped:
            entries[name] = mapped[name]
            if name not in sources and not {"source", "sql"} & set(mapped[name]):
                _add_own_file(files, name, sources, faults)
        elif name in sources or _add_own_file(files, name, sources, faults):
            entries[name] = {"source": name}
    mappings = {}
    for name, entry in entries.items():
        found = _entry_faults(TABLES[name], entry, sources)
        faults += [f"[tables.{name}] {fault}" for fault in found]
        if not found:
            source, sql = entry.get("source", ""), entry.get("sql", "")
            uses = _sources_in(sql, sources) if sql else (source or name,)
            mappings[name] = Mapping(TABLES[name], "" if sql else source or name,
                                     dict(entry.get("columns", {})), sql, uses)
    if faults:
        raise SettingError("\n".join(f"{FILE}: {fault}" for fault in faults))
    return mappings


def _sections(tables: Any, faults: list[str]) -> dict[str, dict[str, Any]]:
    if not isinstance(tables, dict):
        faults.append("tables must be sections, as [tables.invoice_lines]")
        return {}
    faults += [f"[tables.{name}] must be a section with source and columns, or sql"
               for name, entry in tables.items() if not isinstance(entry, dict)]
    return {name: entry for name, entry in tables.items() if isinstance(entry, dict)}


def _entry_faults(table: Table, entry: dict[str, Any], sources: dict[str, Any]) -> list[str]:
    """What is wrong with the section of one table."""
    faults = [f"{key} is not known; allowed are source, columns, sql"
              for key in entry if key not in {"source", "columns", "sql"}]
    if "sql" in entry and ("source" in entry or "columns" in entry):
        faults.append("give sql, or source and columns, not both")
    faults += [f"{key} must be text in quotes" for key in ("source", "sql")
               if key in entry and not (isinstance(entry[key], str) and entry[key].strip())]
    source = entry.get("source", table.name)
    if "sql" not in entry and isinstance(source, str) and source not in sources:
        there = ", ".join(sources) or "none"
        faults.append(f"source {source!r} is not under [sources]; there are {there}"
                      if "source" in entry else f"give its source, or sql; there are {there}")
    columns = entry.get("columns", {})
    if not isinstance(columns, dict):
        return [*faults, "columns must be { contract column = \"source column or SQL\" }"]
    faults += [f"{column} is no column of {table.name}; allowed are {', '.join(table.names)}"
               for column in columns if column not in table.names]
    faults += [f"columns: {column} = {given!r} must be text in quotes"
               for column, given in columns.items() if not isinstance(given, str)]
    return faults


def _add_own_file(files: list[str], table: str, sources: dict[str, Any],
                  faults: list[str]) -> bool:
    """Whether one of the files is named after the table; it becomes a source."""
    own = [file for file in files
           if file.lower().removesuffix(".gz") == table + suffix(Path(file))]
    if len(own) > 1:
        faults.append(f"[tables.{table}] {' and '.join(own)} are both named after the table; "
                      f"say under [sources] which one is {table}")
    if own:
        sources[table] = own[0]
    return bool(own)


def _sources_in(sql: str, sources: dict[str, Any]) -> tuple[str, ...]:
    """Sources that a query names; all of them when that cannot be told."""
    with duckdb.connect(config={"enable_external_access": "false"}) as connection:
        ((parsed,),) = connection.execute(
            f"select cast(json_serialize_sql({literal(sql)}) as VARCHAR)").fetchall()
    named, defined = _tables_in(json.loads(parsed))
    if not named or named - defined - {name.lower() for name in sources}:
        return tuple(sources)  # the message will list what there is
    return tuple(name for name in sources if name.lower() in named)


def _tables_in(node: Any) -> tuple[set[str], set[str]]:
    """Tables that a parsed query reads, and those it defines by `with`, in small letters."""
    named: set[str] = set()
    defined: set[str] = set()
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            named.add(str(node["table_name"]).lower())
        if "cte_map" in node:
            defined |= {str(entry["key"]).lower() for entry in node["cte_map"]["map"]}
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        further_named, further_defined = _tables_in(part)
        named |= further_named
        defined |= further_defined
    return named, defined
