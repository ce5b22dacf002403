"""Data flow one way: which module may import which, held as a table and read from the source."""

import ast
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import qbrkit

PACKAGE = Path(qbrkit.__file__).parent
NOTEBOOKS = PACKAGE.parent / "notebooks"
EXEMPT = {"qbrkit", "qbrkit.__main__"}
LAYERS = (
    ("errors", "columns", "periods", "problems"),
    ("settings.*", "sources.*", "proposal.*", "currencies", "countries", "groups", "facts",
     "cost_shares", "sold", "order_days", "languages"),
    ("segmentation.*", "potential.*", "growth.*", "coverage.*", "value.*", "switching.*",
     "commitments", "service_levels", "black_ops.*", "threats.*", "readiness",
     "risks.*", "year_plan.*"),
    ("account_figures.*", "reviews.*", "accounts_csv", "disclosure.*", "explain.*"),
    ("report.*",),
    ("run.*",),
)
AMONG_THEMSELVES = {0, 1}
"""Layers whose modules may import each other, as long as no circle arises."""
ALSO = {("reviews.*", "account_figures.*"), ("disclosure.*", "reviews.*"),
        ("accounts_csv", "reviews.*"), ("explain.*", "reviews.*"),
        ("explain.*", "account_figures.*")}
"""Imports within one of the other layers that are wanted."""
OPEN_TO_NOTEBOOKS = ("qbrkit.reviews", "qbrkit.disclosure", "qbrkit.report")


def place(module: str) -> str:
    """Name by which the table knows a module: ``facts``, or ``sources.*`` for a package's."""
    name = module.removeprefix("qbrkit.")
    folder = name.split(".")[0]
    return f"{folder}.*" if any(f"{folder}.*" in layer for layer in LAYERS) else name


def layer_of(module: str) -> int | None:
    """Number of a module's layer; None when the table gives it no place."""
    return next((number for number, layer in enumerate(LAYERS) if place(module) in layer), None)


def modules() -> dict[str, str]:
    """Source of every module of the package, by its full name."""
    sources = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        sources[name] = file.read_text(encoding="utf-8")
    return sources


def type_only(tree: ast.AST) -> set[ast.AST]:
    """Imports that only a type checker follows."""
    return {one for node in ast.walk(tree) if isinstance(node, ast.If)
            and ast.unparse(node.test).endswith("TYPE_CHECKING")
            for part in node.body for one in ast.walk(part)}


def imported(source: str, known: Iterable[str], with_types: bool = True,
             package: str = "qbrkit") -> set[str]:
    """Modules that a source imports anywhere in it, those of the kit by their full names.

    A relative import is made absolute from `package`, the one that holds the source.
    """
    known, tree, found = set(known), ast.parse(source), set()
    left_out = set() if with_types else type_only(tree)
    for node in ast.walk(tree):
        if node in left_out:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[:len(package.split(".")) - node.level + 1]
            base = ".".join([*(above if node.level else []),
                             *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                found.add(inner if inner in known else base)
    return found


def package_of(module: str, known: Iterable[str]) -> str:
    """The package whose folder holds a module; a package is its own."""
    is_package = any(name.startswith(f"{module}.") for name in known)
    return module if is_package else module.rpartition(".")[0]


def is_allowed(importer: str, target: str) -> bool:
    """Whether the table lets one module import another."""
    if target == "qbrkit":
        return True
    above, below = layer_of(importer), layer_of(target)
    if above is None or below is None:
        return False
    if place(importer) == place(target):       # its own package
        return True
    return below < above or (below == above and (
        above in AMONG_THEMSELVES or (place(importer), place(target)) in ALSO))


def forbidden(sources: dict[str, str]) -> list[str]:
    """Every import that goes against the table, as a line."""
    return [f"{importer} imports {target}" for importer, source in sources.items()
            if importer not in EXEMPT
            for target in sorted(imported(source, sources,
                                          package=package_of(importer, sources)))
            if target.split(".")[0] == "qbrkit" and not is_allowed(importer, target)]


def circle(sources: dict[str, str]) -> list[str]:
    """Modules that import each other in a circle when the kit runs; empty when none do."""
    graph = {name: {target for target in imported(source, sources, with_types=False,
                                                  package=package_of(name, sources))
                    if target in sources and target not in EXEMPT | {name}}
             for name, source in sources.items() if name not in EXEMPT}

    def walk(name: str, path: list[str]) -> Iterator[list[str]]:
        if name in path:
            yield path[path.index(name):]
            return
        if name not in done:
            for target in sorted(graph[name]):
                yield from walk(target, [*path, name])
            done.add(name)

    done: set[str] = set()
    return next((found for name in graph for found in walk(name, [])), [])


def not_open(source: str) -> list[str]:
    """Imports of a notebook's cell from anywhere but the three doors."""
    return sorted(module for module in imported(source, modules())
                  if not any(module == door or module.startswith(f"{door}.")
                             for door in OPEN_TO_NOTEBOOKS))


def test_every_module_has_a_place_in_the_table():
    without = [name for name in modules() if name not in EXEMPT and layer_of(name) is None]
    assert not without, f"give them a layer in tests/test_layers.py: {', '.join(without)}"


def test_no_place_of_the_table_is_given_twice():
    places = [one for layer in LAYERS for one in layer]
    assert len(places) == len(set(places))


def test_modules_import_only_downwards():
    assert forbidden(modules()) == []


def test_no_modules_import_each_other_in_a_circle():
    assert circle(modules()) == []


def test_notebooks_import_only_through_the_three_doors():
    wrong = {}
    for file in sorted(NOTEBOOKS.glob("*.ipynb")):
        for number, cell in enumerate(json.loads(file.read_text(encoding="utf-8"))["cells"], 1):
            if cell["cell_type"] == "code" and (found := not_open("".join(cell["source"]))):
                wrong[f"{file.name}, cell {number}"] = found
    assert wrong == {}


@pytest.mark.parametrize(("importer", "source", "is_wrong"), [
    ("qbrkit.errors", "import qbrkit.columns", False),
    ("qbrkit.settings", "from qbrkit.sources import open_workspace", False),
    ("qbrkit.settings", "from qbrkit.growth import rank_growth", True),
    ("qbrkit.errors", "from qbrkit import facts", True),
    ("qbrkit.facts", "from qbrkit.errors import DataError", False),
    ("qbrkit.growth", "from qbrkit import facts, periods", False),
    ("qbrkit.growth", "from qbrkit.potential import find_potential", True),
    ("qbrkit.growth", "from ..potential import find_potential", True),
    ("qbrkit.growth", "def late():\n    import qbrkit.value", True),
    ("qbrkit.growth", "if TYPE_CHECKING:\n    from qbrkit.reviews import QuarterReview", True),
    ("qbrkit.disclosure", "from qbrkit.reviews import QuarterReview", False),
    ("qbrkit.reviews", "from qbrkit.disclosure import read_view", True),
    ("qbrkit.reviews", "from qbrkit import __version__, growth", False),
    ("qbrkit.report.language", "from qbrkit.report import exhibits", False),
    ("qbrkit.report.language", "from . import exhibits", False),
    ("qbrkit.report.language", "from ..run import leaks", True),
    ("qbrkit.report.language", "from qbrkit.run.leaks import search", True),
    ("qbrkit.run.leaks", "from qbrkit.report.language import language", False),
    ("qbrkit.run.leaks", "import pandas as pd", False),
    ("qbrkit.sources", "from qbrkit.sources.read import Source", False),
    ("qbrkit.growth", "import qbrkit.threat_that_has_no_place", True),
])
def test_the_table_is_held_against_every_form_of_import(importer, source, is_wrong):
    planted = dict.fromkeys(modules(), "") | {importer: source}
    assert bool(forbidden(planted)) is is_wrong


def test_a_new_module_without_a_place_is_found():
    assert layer_of("qbrkit.utilities") is None
    assert layer_of("qbrkit.sources.anything") == layer_of("qbrkit.facts") == 1


def test_a_circle_is_found_and_one_of_types_only_is_none():
    sources = dict.fromkeys(modules(), "")
    back = {"qbrkit.settings": "def late():\n    from qbrkit.facts import reconcile"}
    assert sorted(circle(sources | back | {"qbrkit.facts": "import qbrkit.settings"})) == [
        "qbrkit.facts", "qbrkit.settings"]
    types = "if TYPE_CHECKING:\n    import qbrkit.settings"
    assert circle(sources | back | {"qbrkit.facts": types}) == []


@pytest.mark.parametrize(("source", "wrong"), [
    ("from qbrkit import reviews, disclosure", []),
    ("from qbrkit.report import exhibits\nimport qbrkit.report.language", []),
    ("from qbrkit import growth", ["qbrkit.growth"]),
    ("import pandas as pd", ["pandas"]),
    ("import qbrkit", ["qbrkit"]),
    ("from qbrkit.reviews_of_another import x", ["qbrkit.reviews_of_another"]),
])
def test_the_doors_of_the_notebooks_are_held_against_every_form_of_import(source, wrong):
    assert not_open(source) == wrong
