"""Ids that are the same but for the way they are written, and so do not meet.

``17850.0`` and ``17850``, ``00123`` and ``123``, ``a1`` and ``A1``: nothing is united
without being told, but both spellings are named, with the line to write.
"""

import re
from collections.abc import Collection, Iterator
from collections.abc import Mapping as Lookup

import duckdb

from qbrkit.problems import NOTED, SHOWN, Problem
from qbrkit.sources.checks import LINES, amount_sql
from qbrkit.sources.mapping import Mapping
from qbrkit.sources.recognize import toml_key
from qbrkit.sources.relations import RELATIONS, Relation

FLOAT = re.compile(r"\d+\.0+")


def spelled_sql(column: str) -> str:
    """SQL of an id without what a program may add: blanks, capitals, ``.0``, leading zeros."""
    blanks = rf"lower(trim(regexp_replace({column}, '[\s\x{{00a0}}\x{{202f}}]+', ' ', 'g')))"
    return rf"regexp_replace({blanks}, '^0*(\d+)(\.0+)?$', '\1')"


def check_spellings(connection: duckdb.DuckDBPyConnection, mappings: Lookup[str, Mapping],
                    present: Collection[str], currency: str) -> list[Problem]:
    """Ids that would meet if they were written alike, between tables and within one.

    Parameters
    ----------
    connection : DuckDBPyConnection
        The embedded database.
    mappings : mapping of str to Mapping
        Where the tables come from.
    present : collection of str
        The tables made.
    currency : str
        The company's currency.
    """
    problems = [problem for one in RELATIONS
                if {one.table, one.home} <= set(present) and one.column.endswith("_id")
                for problem in _between(connection, one, mappings, currency)]
    for table in ("accounts", LINES):
        if table in present:
            problems += _within(connection, table, "accounts" in present, mappings, currency)
    return problems


def _distinct(table: str, column: str, currency: str) -> str:
    """SQL of the ids of a column, each once, with its plain spelling, rows and money."""
    return (f"(select id, {spelled_sql('id')} as plain, n, money from (select {column} as id, "
            f"count(*) as n, sum({amount_sql(table, currency)}) as money from contract.{table} "
            f"where {column} is not null group by 1))")


def _between(connection: duckdb.DuckDBPyConnection, relation: Relation,
             mappings: Lookup[str, Mapping], currency: str) -> Iterator[Problem]:
    """Ids of one table that another one knows in another spelling."""
    home = _distinct(relation.home, relation.key, currency)
    found = connection.execute(
        f"select here.id, there.id, here.n, here.money "
        f"from {_distinct(relation.table, relation.column, currency)} here "
        f"join (select plain, min(id) as id from {home} group by 1) there using (plain) "
        f"where here.id not in (select id from {home}) order by here.n desc, here.id").fetchall()
    if found:
        yield _problem(relation.table, relation.column, found,
                       f"is written otherwise than in {relation.home}, and does not meet it",
                       _fix(found[0][0], found[0][1], mappings[relation.table], relation.column,
                            mappings[relation.home], relation.key))


def _within(connection: duckdb.DuckDBPyConnection, table: str, has_accounts: bool,
            mappings: Lookup[str, Mapping], currency: str) -> Iterator[Problem]:
    """Accounts that one table writes in two ways; the one with fewer rows is told."""
    ids = _distinct(table, "account_id", currency)
    known = (f"where plain not in (select {spelled_sql('account_id')} from contract.accounts "
             "where account_id is not null)" if table == LINES and has_accounts else "")
    found = connection.execute(
        f"select id, main, n, money from (select id, n, money, first(id) over (partition by plain "
        f"order by n desc, id) as main from {ids} {known}) where id <> main "
        "order by n desc, id").fetchall()
    if found:
        yield _problem(table, "account_id", found,
                       "stands in two spellings, which count as two accounts",
                       _fix(found[0][0], found[0][1], mappings[table], "account_id",
                            mappings[table], "account_id"))


def _problem(table: str, column: str, found: list[tuple], what: str, fix: str) -> Problem:
    money = [amount for *_, amount in found if amount is not None]
    return Problem(table, column, what, sum(n for _, _, n, _ in found), NOTED,
                   tuple(f"{here} for {there}" for here, there, *_ in found[:SHOWN]),
                   money=round(float(sum(money)), 2) if money else None, fix=fix)


def _fix(here: str, there: str, mapping: Mapping, column: str, home: Mapping, key: str) -> str:
    """The line to write for the side that added something."""
    if FLOAT.fullmatch(here) or FLOAT.fullmatch(there):
        side, name = (mapping, column) if FLOAT.fullmatch(here) else (home, key)
        return (f"Write types = {{ {_named(side, name)} = \"id\" }} for the source"
                f"{f' {side.source}' if side.source else ''} under [sources]: a whole number then "
                "loses its “.0”")
    if re.fullmatch(r"\d+", here.strip()) and re.fullmatch(r"\d+", there.strip()):
        return ("If they are the same, export the one without its zeros again with the column as "
                "text, or add or remove them in the mapping")
    return "If they are the same, map both as upper(trim(…))"


def _named(mapping: Mapping, column: str) -> str:
    """The source's own name of an id, as TOML wants it; what it means where SQL makes it."""
    name = mapping.columns.get(column, column).strip() if mapping.source else "column of the id"
    return toml_key(name)
