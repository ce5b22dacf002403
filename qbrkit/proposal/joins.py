"""How two sources belong together: shared columns, by name and by what they hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from qbrkit.proposal.export import Column, Export
from qbrkit.proposal.headings import FILE_WORDS, THINGS
from qbrkit.proposal.names import bare
from qbrkit.proposal.survey import Survey
from qbrkit.proposal.wording import plain, words_of
from qbrkit.sources.recognize import quoted

ENOUGH = 0.5
"""Share of the values that must be found on the other side."""
NEARLY_ALL = 0.95
"""The same where the names say nothing."""
TELLING = 20
"""Different values from which an overlap without a common name means something."""
COVERS = 0.8
"""Share of all keys that a column without a heading must hold to be taken for their reference."""
MOST_KEYS = 3
WAYS = ("{}", "ltrim({}, '0')")
"""Ways in which two exports write the same id: as it is, or without leading zeros."""


@dataclass(frozen=True)
class Join:
    """Columns by which each record of one source finds at most one of another.

    Parameters
    ----------
    left, right : str
        The sources.
    pairs : tuple of (str, str)
        Columns of the left and of the right source that are equal.
    way : str
        How both sides are written alike, one of `WAYS`.
    found, rows : int
        Records of the left source that find a partner, and all of them.
    casts : bool
        Whether one side is text and the other numbers.
    """

    left: str
    right: str
    pairs: tuple[tuple[str, str], ...]
    way: str = WAYS[0]
    found: int = 0
    rows: int = 0
    casts: bool = False

    @property
    def share(self) -> float:
        """Share of the records that find a partner."""
        return self.found / self.rows if self.rows else 0.0

    def condition(self) -> str:
        """The SQL of the join, in the names of the sources."""
        return " and ".join(
            f"{self.written(self.right, right)} = {self.written(self.left, left)}"
            for left, right in self.pairs)

    def written(self, source: str, column: str) -> str:
        """One side of the condition."""
        name = f"{source}.{bare(column)}"
        if self.casts or self.way != WAYS[0]:
            name = f"cast({name} as varchar)" if self.casts else name
        return self.way.format(name)


def find_join(survey: Survey, left: Export, right: Export,
              wanted: Iterable[tuple[str, str]] = ()) -> Join | None:
    """The join by the fewest columns under which no record finds two partners.

    Parameters
    ----------
    survey : Survey
        All sources.
    left, right : Export
        Each record of the left looks for one of the right.
    wanted : iterable of (str, str)
        Pairs of columns that play the same role, tried first.
    """
    pairs = _possible_pairs(left, right, wanted)
    for number in range(1, min(MOST_KEYS, len(pairs)) + 1):
        found = [join for chosen in combinations(pairs[:8], number)
                 if _identifies(survey, right, [column for _, column in chosen])
                 and (join := measure(survey, left, right, chosen)).share >= ENOUGH]
        if found:
            return max(found, key=lambda join: join.share)
    return _by_content(survey, left, right)


def find_twin(survey: Survey, left: Export, right: Export,
              wanted: Iterable[tuple[str, str]] = ()) -> Join | None:
    """The join by which nearly all records find one that no other record finds.

    Only columns of the same name or role are tried: here a join by chance would give every
    line another's amount. Further keys that both have are added where they agree.
    """
    pairs = _possible_pairs(left, right, wanted)[:8]
    best: Join | None = None
    for number in range(1, min(MOST_KEYS, len(pairs)) + 1):
        found = [join for chosen in combinations(pairs, number)
                 if (best is None or set(best.pairs) < set(chosen))
                 and all(_identifies(survey, export, [pair[at] for pair in chosen])
                         for at, export in enumerate((left, right)))
                 and (join := measure(survey, left, right, chosen)).share >= NEARLY_ALL
                 and (best is None or join.found >= best.found)]
        best = max(found, key=lambda join: join.share, default=best)
    return best


def _possible_pairs(left: Export, right: Export,
                    wanted: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Columns that can be equal, those of the same role first."""
    return [pair for pair in dict.fromkeys([*wanted, *_named_alike(left, right)])
            if _may_be_equal(left.columns[pair[0]], right.columns[pair[1]])]


def measure(survey: Survey, left: Export, right: Export,
            pairs: Iterable[tuple[str, str]]) -> Join:
    """A join with the records that find a partner, in the way of writing that finds most."""
    pairs = tuple(pairs)
    casts = any((left.columns[one].kind == "text") != (right.columns[other].kind == "text")
                for one, other in pairs)
    texts = all(left.columns[one].kind == "text" or casts for one, _ in pairs)
    best = Join(left.name, right.name, pairs, casts=casts)
    for way in WAYS if texts else WAYS[:1]:
        join = Join(left.name, right.name, pairs, way, casts=casts)
        filled = " and ".join(f"{left.name}.{quoted(one)} is not null" for one, _ in pairs)
        ((rows, found),) = survey.ask(
            f"select count(*) filter ({filled}), count(*) filter (exists (select 1 from "
            f"{right.name} where {join.condition()})) from {left.name}")
        join = Join(left.name, right.name, pairs, way, found, rows, casts)
        if join.found > best.found * 1.02:
            best = join
        if best.share == 1:
            break
    return best


def _named_alike(left: Export, right: Export) -> list[tuple[str, str]]:
    """Columns of the same name, or that name the other source and its id."""
    theirs: dict[str, str] = {}
    for name in right.columns:
        theirs.setdefault(_stem(name), name)
    pairs = [(name, theirs[_stem(name)]) for name in left.columns if _stem(name) in theirs]
    ids = [name for name in right.columns if plain(name) in
           {"id", "key", "no", "code", "nr", "nummer", "number", "recordid", "sk"}]
    words = words_of(right.label)
    words |= {word.removesuffix("s") for word in words} | {
        word.removesuffix("ies") + "y" for word in words if word.endswith("ies")}
    for name in left.columns:
        if ids and _thing(name) in words:
            pairs.append((name, ids[0]))
    return pairs


def _stem(name: str) -> str:
    """A heading without the prefix that its table gives all its columns (c_custkey, o_custkey)."""
    head, _, rest = name.partition("_")
    return plain(rest) if rest and len(head) <= 2 else plain(name)


def _thing(name: str) -> str:
    """What an id is of: customer for ``customer_id``; empty when the name is no id's."""
    word = plain(name)
    ending = next((one for one in ("key", "id", "code", "number", "no", "nr", "sk")
                   if word.endswith(one) and len(word) > len(one)), "")
    return word.removesuffix(ending) if ending else ""


def _may_be_equal(one: Column, other: Column) -> bool:
    """Whether two columns can be keys of each other: ids or days, and no amounts."""
    if not one.filled or not other.filled or "number" in {one.kind, other.kind}:
        return False
    return (one.kind in {"date", "unsettled"}) == (other.kind in {"date", "unsettled"})


def _identifies(survey: Survey, export: Export, columns: list[str]) -> bool:
    """Whether the columns together stand in one record each."""
    if len(columns) == 1:
        return export.columns[columns[0]].is_unique
    listed = ", ".join(quoted(column) for column in columns)
    filled = " and ".join(f"{quoted(column)} is not null" for column in columns)
    return not survey.ask(f"select 1 from {export.name} where {filled} group by {listed} "
                          "having count(*) > 1 limit 1")


def _by_content(survey: Survey, left: Export, right: Export) -> Join | None:
    """A join by columns whose values, many and telling, are nearly all found on the other side.

    Small numbers overlap by chance, so they count only where a file without headings is named
    after the thing: ``DimCustomer`` and ``CustomerKey``.
    """
    keys = [one for one in right.columns.values() if one.is_unique and one.kind != "number"]
    joins = []
    for ours in left.columns.values():
        for key in keys:
            if not _may_be_equal(ours, key) or (ours.kind != key.kind):
                continue
            if ours.kind in {"date", "unsettled"} or ours.distinct > key.distinct * 1.05:
                continue
            named = key is keys[0] and (
                _thing(ours.name) in words_of(right.label)
                or (not left.has_header and ours.distinct >= COVERS * key.distinct))
            if not named and ((ours.kind == "whole" and not (ours.low or 0) >= 1000)
                              or ours.distinct < TELLING):
                continue
            join = measure(survey, left, right, [(ours.name, key.name)])
            if join.share >= NEARLY_ALL:
                joins.append(join)
    return max(joins, key=lambda join: join.share, default=None)


def is_named_after(name: str, role: str, table: str) -> bool:
    """Whether a source's name says that it is about the thing of a role."""
    things = set(THINGS.get(role, "").split()) | set(FILE_WORDS.get(table, "").split())
    return bool(words_of(name) & things)
