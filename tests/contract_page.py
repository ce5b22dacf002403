"""data/README.md from the contract: ``python -m tests.contract_page`` writes it."""

from pathlib import Path

from qbrkit.columns import CUSTOMER, KINDS, TABLES, Column

PAGE = Path(__file__).resolve().parents[1] / "data" / "README.md"
INTRODUCTION = """\
# Data: every table and column

A workspace is a folder with `qbr.toml` and the exports it names. [`sample/`](sample/README.md) is
one, of an invented company. Only `invoice_lines` is needed; each further table switches sections
of the pages on, and without it the section says what it would need.

A file named after a table (`contacts.csv`, `.xlsx`, `.parquet`) needs no mapping. Any other export
is mapped in `qbr.toml`, by column names, SQL expressions or a whole SQL query; nothing has to be
changed in the export. Columns in **bold** are required. Columns marked "customer" may be shown, or
counted in what is shown, on the account's own external review
([what a customer can see](what_customers_see.md)); all others never leave the house.

| kind | read as |
|---|---|
"""


def contract_page() -> str:
    """The page, the same for the same contract."""
    kinds = "".join(f"| {kind} | {meaning} |\n" for kind, meaning in KINDS.items())
    tables = "\n".join(_table(name) for name in TABLES)
    return f"{INTRODUCTION}{kinds}\n{tables}"


def _table(name: str) -> str:
    table = TABLES[name]
    key = f" Identified by {' + '.join(f'`{column}`' for column in table.key)}." if table.key \
        else ""
    rows = "".join(_row(column) for column in table.columns)
    return (f"## {name}\n\nOne row: {table.row}.{key}\n\n| column | kind | meaning | seen by |\n"
            f"|---|---|---|---|\n{rows}")


def _row(column: Column) -> str:
    name = f"**{column.name}**" if column.required else column.name
    allowed = f" ({', '.join(column.allowed)})" if column.allowed else ""
    audience = "customer" if column.audience == CUSTOMER else ""
    return f"| {name} | {column.kind} | {column.meaning}{allowed} | {audience} |\n"


if __name__ == "__main__":
    PAGE.write_text(contract_page(), encoding="utf-8", newline="\n")
