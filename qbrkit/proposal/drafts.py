"""A table of the contract as it will stand in qbr.toml, by columns of one source or by SQL."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from qbrkit.proposal.joins import WAYS, Join
from qbrkit.proposal.names import bare

WIDTH = 98
"""Characters of a line that fits on a screen."""


@dataclass
class Draft:
    """One section ``[tables.…]`` in the making.

    Parameters
    ----------
    table : str
        The table of the contract.
    source : str
        The source its records come from.
    columns : dict of str to str
        Contract column: expression.
    joins : list of Join
        Sources joined to it; with any, the table is made by SQL.
    notes, questions : list of str
        Sentences for the comment above it.
    tail : str
        SQL after the joins, as ``where …``.
    offered : list of str
        Conditions the analyst may want, written as comments into the SQL.
    """

    table: str
    source: str
    columns: dict[str, str] = field(default_factory=dict)
    joins: list[Join] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    tail: str = ""
    offered: list[str] = field(default_factory=list)

    @property
    def is_sql(self) -> bool:
        """Whether the table is made by SQL."""
        return bool(self.joins or self.tail or self.offered)

    def ref(self, column: str, source: str = "") -> str:
        """A column within an expression."""
        return f"{source or self.source}.{bare(column)}" if self.joins else bare(column)

    def used(self) -> set[str]:
        """Sources it is made from."""
        return {self.source, *(join.right for join in self.joins)} - {""}

    def text(self) -> str:
        """The section for qbr.toml."""
        comments = [*wrapped(f"# ? {one}" for one in self.questions),
                    *wrapped(f"# {one}" for one in self.notes)]
        body = self._sql() if self.is_sql else self._mapped()
        return "\n".join([f"[tables.{self.table}]", *comments, body])

    def _mapped(self) -> str:
        own = {name: unquoted(given) for name, given in self.columns.items() if name != given}
        if not own:
            return f"source = {json.dumps(self.source)}"
        source = f"source = {json.dumps(self.source)}"
        line = "columns = { " + ", ".join(f"{name} = {toml_text(given)}"
                                          for name, given in own.items()) + " }"
        if len(line) <= WIDTH:
            return f"{source}\n{line}"
        width = max(map(len, own))
        return "\n".join([source, f"[tables.{self.table}.columns]", *(
            f"{name:<{width}} = {toml_text(given)}" for name, given in own.items())])

    def _sql(self) -> str:
        written = {name: in_lines(given) for name, given in self.columns.items()}
        width = min(60, max(len(given.rpartition("\n")[2]) for given in written.values()))
        listed = ",\n".join(f"    {given:<{width}} as {name}" for name, given in written.items())
        lines = ["select", listed, f"from {self.source}"]
        lines += [f"left join {join.right} on {join.condition()}" for join in self.joins]
        lines += [self.tail] if self.tail else []
        lines += ["where true", *(f"-- and {one}" for one in self.offered)] if self.offered else []
        return f'sql = """\n{escaped(chr(10).join(lines))}\n"""'


def unquoted(given: str) -> str:
    """The heading itself where an expression is nothing but a heading in quotation marks."""
    alone = re.fullmatch(r'"((?:[^"]|"")+)"', given)
    return alone[1].replace('""', '"') if alone else given


def in_lines(given: str) -> str:
    """A long choice with each case on a line of its own."""
    texts = "".join(re.findall(r"'[^']*'", given))
    if len(given) <= WIDTH - 30 or not given.startswith("case ") or re.search("when|else", texts):
        return given
    return given.replace(" when ", "\n        when ").replace(" else ", "\n        else ")


def toml_text(text: str) -> str:
    """A text in quotes, as TOML wants it; ' where the text itself holds a quotation mark."""
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def escaped(sql: str) -> str:
    """SQL for a text of several lines in qbr.toml."""
    return sql.replace("\\", "\\\\").replace('"""', '""\\"')


def wrapped(comments: Iterable[str], width: int = WIDTH) -> list[str]:
    """Comments in lines that fit on a screen, further lines indented under the first."""
    lines: list[str] = []
    for comment in comments:
        indent = "#   " if comment.startswith("# ? ") else "# "
        line = ""
        for word in " ".join(comment.split()).split(" "):
            if line and len(line) + len(word) + 1 > width:
                lines.append(line)
                line = indent + word
            else:
                line = f"{line} {word}".strip()
        lines.append(line)
    return lines


def written_alike(expression: str, way: str) -> str:
    """An id in the way of writing under which two exports agree."""
    return expression if way == WAYS[0] else way.format(expression)


def share_text(found: int, rows: int) -> str:
    """How many records find a partner, as a phrase."""
    return "all" if found == rows else f"{found:,} of {rows:,}"
