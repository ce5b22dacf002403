"""Sources read as they will be, and what every whole column of them holds."""

import tempfile
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb

from qbrkit.errors import QbrError
from qbrkit.proposal.export import NUMBERS, Column, Export
from qbrkit.proposal.files import Group
from qbrkit.proposal.matching import find_roles
from qbrkit.proposal.merging import merged
from qbrkit.proposal.notation import Notation, find_notation, shown_types
from qbrkit.sources.embedded import connect
from qbrkit.sources.entries import TEXT_FILES, Source, suffix
from qbrkit.sources.read import ORIGIN, TEXT_OF, read_source
from qbrkit.sources.recognize import date_sql, quoted

_KINDS = {"BIGINT": "whole", "INTEGER": "whole", "SMALLINT": "whole", "TINYINT": "whole",
          "HUGEINT": "whole", "DOUBLE": "number", "FLOAT": "number", "DATE": "date"}
OF_A_LINE = ("invoice_id", "line_id", "invoice_date", "account_id", "product_id", "quantity",
             "unit", "revenue", "gross", "tax", "unit_price", "discount", "discount_amount",
             "currency", "kind", "sign")
"""Roles that make a line what it is."""
SHOWN = 4
LOOKED_AT = 200


class Survey:
    """All sources of a folder in one embedded database."""

    def __init__(self, folder: Path, groups: list[Group]) -> None:
        """Read and look at every group; what cannot be read goes to `refused`."""
        self.folder = folder
        self.connection = connect()
        self.exports: dict[str, Export] = {}
        self.refused: list[str] = []
        with tempfile.TemporaryDirectory(prefix="qbr-", ignore_cleanup_errors=True) as scratch:
            for number, group in enumerate(groups):
                try:
                    self.exports[group.name] = self._look_at(group, Path(scratch) / str(number))
                except QbrError as error:
                    self.refused += str(error).splitlines()
                except duckdb.Error as error:
                    names = ", ".join(file.name for file in group.files)
                    self.refused.append(f"{names}: cannot be read: {str(error).splitlines()[0]}")

            self._join_overlapping(Path(scratch))

    def _join_overlapping(self, scratch: Path) -> None:
        """Make one source of two that name the same columns and hold some lines of each other.

        Files of the same headings and no common line stay apart: they may be sales of two
        shops, or an archive and quotations; that is asked.
        """
        for number, (one, two) in enumerate(combinations(list(self.exports), 2)):
            if not {one, two} <= set(self.exports) or not self._share_days(one, two):
                continue
            group = merged(self.exports[one].group, self.exports[two].group)
            if group is None or group.name in self.exports:
                continue
            try:
                both = self._look_at(group, scratch / f"both {number}")
            except (QbrError, duckdb.Error):
                continue
            if "overlapping" in both.options:
                self.exports[group.name] = both
                del self.exports[one], self.exports[two]

    def _share_days(self, one: str, two: str) -> bool:
        """Whether two sources of lines hold days of the same time."""
        spans = []
        for export in (self.exports[one], self.exports[two]):
            roles = find_roles(export, "invoice_lines")
            column = roles.get("invoice_date")
            if "invoice_id" not in roles or not column or not export.columns[column].is_date:
                return False
            spans.append((export.columns[column].kind, *self.ask(
                f"select min({quoted(column)}), max({quoted(column)}) from {export.name}")[0]))
        (kind, first, last), (other_kind, start, end) = spans
        return kind != other_kind or kind != "date" or (
            None not in (first, start) and str(first)[:10] <= str(end)[:10]
            and str(start)[:10] <= str(last)[:10])

    def ask(self, sql: str) -> list[tuple]:
        """Rows of a query over the sources."""
        return self.connection.execute(sql).fetchall()

    def _look_at(self, group: Group, scratch: Path) -> Export:
        """Read a group, find how it writes numbers, dates and nothing, and read it so."""
        scratch.mkdir()
        options, notation = self._read_well(group, dict(group.options), scratch)
        notes = [*group.notes, *notation.notes]
        if notation.unclear:  # only to look at it; which sign it is, is asked
            self._read(group, {**options, "decimal": "."}, scratch / "unclear")
        same = self._same_columns(group, options, notation) if len(group.parts) > 1 else []
        if rows := self._repeated(group, options, same, scratch):
            notes += self._count_once(group, options, rows, same, scratch)
        columns = self._columns(group.name, notation)
        ((rows,),) = self.ask(f"select count(*) from {quoted(group.name)}")
        return Export(group.name, group, options, columns, rows, notation.undecided,
                      notation.unclear, tuple(notes))

    def _read_well(self, group: Group, options: dict[str, Any],
                   scratch: Path) -> tuple[dict[str, Any], Notation]:
        """Read a group, and again with the options that its values ask for."""
        try:
            self._read(group, options, scratch / "first")
        except QbrError as error:
            is_plain_text = suffix(group.files[0]) in TEXT_FILES and options.get("quote") != ""
            if not is_plain_text or "quotation mark" not in str(error):
                raise
            options["quote"] = ""  # a lone mark far down in the file, an inch or a minute
            self._read(group, options, scratch / "plain")
        notation = find_notation(self.connection, group.name)
        if notation.options:
            options |= notation.options
            self._read(group, options, scratch / "again")
            types = shown_types(self.connection, group.name)
            notation = replace(notation, unclear={
                name: value for name, value in notation.unclear.items()
                if types[name] == "VARCHAR"})
        return options, notation

    def _same_columns(self, group: Group, options: dict[str, Any],
                      notation: Notation) -> list[str]:
        """Columns that make a line the same in two exports; empty when all of them do.

        A name or a description may be written anew in a later export and is the same line.
        """
        export = Export(group.name, group, options, self._columns(group.name, notation), 0)
        roles = find_roles(export, "invoice_lines")
        makes_line = {roles[role] for role in OF_A_LINE if role in roles}
        has_amount = "revenue" in roles or "gross" in roles or (
            "unit_price" in roles and "quantity" in roles)
        is_line = "invoice_id" in roles and "invoice_date" in roles and has_amount
        same = [name for name in export.columns if name in makes_line]
        return same if is_line and len(same) < len(export.columns) else []

    def _repeated(self, group: Group, options: dict[str, Any], same: list[str],
                  scratch: Path) -> int:
        """Records that stand in more than one file or sheet of a group, beyond the first."""
        if len(group.parts) < 2:
            return 0
        if len(group.files) > 1:
            return self._repeats_in(f"located.{quoted(group.name)}", ORIGIN[0], same)
        selects = []  # sheets of one file cannot be told apart once they are read together
        for number, part in enumerate(group.parts):
            alone = Group(f"{group.name} sheet {number}", [part])
            self._read(alone, {**options, "sheet": part.sheet}, scratch / alone.name)
            selects.append(f"select *, {number} as {ORIGIN[0]}, null as {ORIGIN[1]} "
                           f"from {quoted(alone.name)}")
        rows = self._repeats_in(f"({' union all by name '.join(selects)})", ORIGIN[0], same)
        for number, _ in enumerate(group.parts):
            self._forget(f"{group.name} sheet {number}")
        return rows

    def _repeats_in(self, relation: str, part: str, same: list[str]) -> int:
        columns = ", ".join(quoted(name) for name in same) or ", ".join(
            quoted(name) for name, *_ in self.ask(f"describe select * from {relation}")
            if name not in ORIGIN and not name.startswith(TEXT_OF))
        ((rows,),) = self.ask(
            f"select coalesce(sum(total - most), 0) from (select sum(n) as total, max(n) as most "
            f"from (select {columns}, {part}, count(*) as n from {relation} group by all) "
            f"group by {columns} having count(*) > 1)")
        return int(rows)

    def _count_once(self, group: Group, options: dict[str, Any], rows: int, same: list[str],
                    scratch: Path) -> list[str]:
        """Let repeated records count once; the questions about that."""
        told = f"? {rows:,} records stand in more than one of its {group.parts_name}"
        options["overlapping"] = same or "once"
        self._read(group, options, scratch / "once")
        by = f" (the same in {', '.join(same)})" if same else ""
        questions = [f"{told}{by}, and count once; if they are different sales, take overlapping "
                     "out"]
        if left := self._repeats_in(f"located.{quoted(group.name)}", ORIGIN[0], same):
            questions.append(f"? {left:,} records still count twice: they are the same but for the "
                             "way an id or a number is written; export the files in one way")
        return questions

    def _read(self, group: Group, options: dict[str, Any], scratch: Path) -> None:
        """Make the relations of one source anew: the only place that reads sources."""
        self._forget(group.name)
        scratch.mkdir()
        read_source(self.connection, Source(group.name, group.files, options, self.folder), scratch)

    def _forget(self, name: str) -> None:
        """Drop the relations of one source."""
        for schema in ("main", "located", "raw"):
            self.connection.execute(f"drop view if exists {schema}.{quoted(name)}")
        for table, in self.ask("select table_name from duckdb_tables() where schema_name = 'raw'"):
            if table.startswith(Source(name, ()).part_name(0)[:-1]):
                self.connection.execute(f"drop table raw.{quoted(table)}")

    def _columns(self, name: str, notation: Notation) -> dict[str, Column]:
        """Every column of a source, by one query over all of them."""
        kinds = {column: str(kind) for column, kind, *_ in self.ask(f"describe {quoted(name)}")
                 if column not in ORIGIN}
        packed = []
        for column, kind in kinds.items():
            this = quoted(column)
            is_number = _kind(kind) in NUMBERS
            may_be_days = _kind(kind) in {"whole", "text"}  # a key such as 20240131 may stay text
            days = f"count({date_sql(f'cast({this} as VARCHAR)')})" if may_be_days else "0"
            packed.append(
                f"struct_pack(f := count({this}), d := count(distinct {this}), "
                f"low := {f'min({this})::double' if is_number else 'null'}, "
                f"high := {f'max({this})::double' if is_number else 'null'}, days := {days})")
        if not packed:
            return {}
        ((*found,),) = self.ask(f"select {', '.join(packed)} from {quoted(name)}")
        shown = self._examples(name, list(kinds))
        return {column: Column(
            column, "unsettled" if column in notation.undecided else
            "unclear" if column in notation.unclear else _kind(kinds[column]),
            seen["f"], seen["d"], seen["low"], seen["high"],
            bool(seen["f"]) and seen["days"] == seen["f"], shown[column])
            for column, seen in zip(kinds, found, strict=True)}

    def _examples(self, name: str, columns: list[str]) -> dict[str, tuple[str, ...]]:
        """The first few different values of each column."""
        listed = ", ".join(f"cast({quoted(column)} as VARCHAR)" for column in columns)
        rows = self.ask(f"select {listed} from {quoted(name)} limit {LOOKED_AT}")
        return {column: tuple(dict.fromkeys(row[at] for row in rows if row[at] is not None))[:SHOWN]
                for at, column in enumerate(columns)}


def _kind(sql_type: str) -> str:
    if sql_type.startswith("TIMESTAMP"):
        return "date"
    if sql_type.startswith("DECIMAL"):
        return "number"
    return _KINDS.get(sql_type, "text")
