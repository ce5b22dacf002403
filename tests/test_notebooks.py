"""The four notebooks: prose and one call per cell, as they are shipped, run, and kept as golden."""

import ast
import configparser
import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest
from companies import sample_review

from qbrkit.disclosure import read_view
from qbrkit.run.kernel import logged_kernel_manager
from tests.golden_notebooks import (
    ACCOUNT_VIEW,
    IGNORED,
    PARAMETERS,
    golden_copy,
    write_account_view,
)

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = {file.stem: file for file in sorted((ROOT / "notebooks").glob("*.ipynb"))}
GOLDEN = {file.stem: file for file in sorted((ROOT / "tests" / "golden").glob("*.ipynb"))}
TAGS = {"parameters", "setup", "finding", "table", "figure", "colophon"}
EXHIBITS = {"table", "figure"}
CELLS_AT_MOST = 104
DECLARED = {"black_ops": {"workspace", "quarter", "territory"}, "external_review": {"account_view"},
            "internal_review": {"workspace", "quarter"},
            "transactional_plan": {"workspace", "quarter"}}


def read(file):
    return nbformat.read(file, as_version=4)


def tags_of(cell):
    return set(cell.metadata.get("tags", ()))


def is_one_call(source):
    """Whether a cell is one call ``module.function(names, attributes, constants)``."""
    try:
        (statement,) = ast.parse(source).body
    except (SyntaxError, ValueError):
        return False
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return False
    called = statement.value.func
    if not (isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)):
        return False
    given = [*statement.value.args, *(one.value for one in statement.value.keywords)]
    return all(isinstance(node, (ast.Name, ast.Attribute, ast.Constant, ast.expr_context))
               for one in given for node in ast.walk(one))


@pytest.fixture(params=NOTEBOOKS)
def notebook(request):
    return read(NOTEBOOKS[request.param])


@pytest.mark.parametrize("source", [
    "findings.growth(review)", "page.internal_cover(review, 'Black ops')",
    "tables.value(review.ledger, rows=5)", "page.colophon(\n    view,\n)", "page.blank()"])
def test_one_call_is_allowed(source):
    assert is_one_call(source)


@pytest.mark.parametrize("source", [
    "", "review", "x = tables.value(review)", "tables.value(review)\ngaps.found(review)",
    "review.accounts.groupby('segment')", "tables.value(gaps.found(review))", "value(review)",
    "tables.value(review.accounts[review.accounts.revenue > 0])", "tables.value(review, n + 1)",
    "tables.value(*reviews)", "tables.value([review])", "tables.value(lambda: 1)",
    "tables.value(f'{review}')", "tables.value(not True)", "tables.value(a > b)", "%run other.py",
    "!ls", "import os", "for x in y:\n    tables.value(x)", "if a:\n    tables.value(review)",
    "def f():\n    tables.value(review)", "tables.value(review).head()", "1 + 1",
    "getattr(tables, 'value')(review)", "tables['value'](review)"])
def test_anything_else_than_one_call_is_not(source):
    assert not is_one_call(source)


def test_the_four_notebooks_are_there():
    assert set(NOTEBOOKS) == set(DECLARED) == set(GOLDEN) == set(PARAMETERS)


def test_code_cells_are_one_call_each(notebook):
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [tags_of(cell) for cell in cells[:2]] == [{"parameters"}, {"setup"}]
    wrong = [cell.source for cell in cells[2:] if not is_one_call(cell.source)]
    assert wrong == []


def test_called_modules_are_those_the_set_up_imports(notebook):
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    imports = [node for node in ast.parse(cells[1].source).body if isinstance(node, ast.ImportFrom)]
    imported = {alias.name for node in imports for alias in node.names}
    called = {ast.parse(cell.source).body[0].value.func.value.id for cell in cells[2:]}
    assert called <= imported
    used = {node.id for node in ast.walk(ast.parse(cells[1].source)) if isinstance(node, ast.Name)}
    assert imported == called | (imported & used), "an import that nothing uses"


def test_every_code_cell_has_one_tag_of_the_closed_set(notebook):
    for cell in notebook.cells:
        assert len(tags_of(cell)) == (cell.cell_type == "code"), cell.id
        assert tags_of(cell) <= TAGS, cell.id
        assert not set(cell.metadata) - {"tags"}, cell.id
    assert tags_of(notebook.cells[-1]) == {"colophon"}


def test_static_text_holds_no_figures_and_no_remarks(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"\d|<!--|TODO|FIXME|XXX|https?:|\bA-\w", cell.source), cell.source
        else:
            assert cell.cell_type == "code"


def test_names_no_account_of_the_sample(notebook):
    with open(ROOT / "data" / "sample" / "accounts.csv", encoding="utf-8", newline="") as file:
        names = {row["name"] for row in csv.DictReader(file)}
    text = "\n".join(cell.source for cell in notebook.cells)
    assert [name for name in names if name in text] == []


def test_each_section_tells_its_finding_before_it_shows_an_exhibit(notebook):
    is_told, exhibits, headings = False, 0, 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            headings += cell.source.startswith("# ")
            is_told = False
        is_told |= "finding" in tags_of(cell)
        if tags_of(cell) & EXHIBITS:
            exhibits += 1
            assert is_told, f"{cell.id} shows an exhibit before any finding"
    assert headings == 1
    assert notebook.cells[0].source.startswith("# ")
    assert exhibits


def test_ids_are_stable_and_tell_the_notebook():
    for name, file in NOTEBOOKS.items():
        ids = [cell.id for cell in read(file).cells]
        assert len(set(ids)) == len(ids)
        assert [one for one in ids if not re.fullmatch(
            rf"{name.replace('_', '-')}-[a-z0-9-]+", one)] == []
        assert max(map(len, ids)) <= 64, "the notebook format allows no more"


def test_no_outputs_and_no_counts(notebook):
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_metadata_is_title_and_kernel_alone(notebook):
    assert set(notebook.metadata) == {"title", "kernelspec", "language_info"}
    assert notebook.metadata.title == notebook.cells[0].source.splitlines()[0].removeprefix("# ")
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}
    assert len(notebook.cells) <= CELLS_AT_MOST


@pytest.mark.parametrize("file", [*NOTEBOOKS.values(), *GOLDEN.values()],
                         ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_file_is_written_as_jupyter_writes_it(file):
    found = read(file)
    nbformat.validate(found)
    assert file.read_bytes() == (nbformat.writes(found) + "\n").encode()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_papermill_finds_every_declared_parameter(name):
    (cell,) = [cell for cell in read(NOTEBOOKS[name]).cells if "parameters" in tags_of(cell)]
    for line in cell.source.splitlines():
        assert re.fullmatch(r'[a-z_]+ = "[^"=]*"  # [^=|]+', line), line
    found = papermill.inspect_notebook(str(NOTEBOOKS[name]))
    assert set(found) == DECLARED[name]
    assert [one for one, told in found.items() if not told["help"].strip()] == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_defaults_are_what_the_golden_copies_are_made_of(name):
    (cell,) = [cell for cell in read(NOTEBOOKS[name]).cells if "parameters" in tags_of(cell)]
    defaults: dict[str, str] = {}
    exec(cell.source, defaults)
    for parameter, path in PARAMETERS[name].items():
        assert (NOTEBOOKS[name].parent / defaults[parameter]).samefile(GOLDEN[name].parent / path)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["external_review"])
def test_runs_top_to_bottom_as_in_jupyterlab(name, tmp_path):
    """In its own folder, with its own defaults, without a warning.

    Nbval runs the golden copies of all four in a kernel, and a stream there is a difference.
    """
    executed = papermill.execute_notebook(
        str(NOTEBOOKS[name]), None, progress_bar=False, kernel_name="python3",
        resources={"metadata": {"path": str(NOTEBOOKS[name].parent)}},
        kernel_manager_class=logged_kernel_manager(tmp_path / "kernel.log"))
    cells = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [(cell.id, output) for cell in cells for output in cell.outputs]
    assert [one for one in outputs if one[1].output_type in {"stream", "error"}] == []
    shown = {cell for cell, output in outputs if "text/html" in output.data}
    assert shown == {cell.id for cell in cells if not tags_of(cell) & {"parameters", "setup"}}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_copy_has_the_cells_of_its_notebook(name):
    def told(cells):
        return [(cell.cell_type, cell.id, cell.source, tags_of(cell) - {IGNORED})
                for cell in cells if tags_of(cell) != {"injected-parameters"}]

    golden = read(GOLDEN[name])
    assert told(golden.cells) == told(read(NOTEBOOKS[name]).cells)
    assert golden.metadata == read(NOTEBOOKS[name]).metadata
    injected = [cell.source for cell in golden.cells if tags_of(cell) == {"injected-parameters"}]
    assert injected == ["# Parameters\n" + "".join(
        f'{key} = "{value}"\n' for key, value in PARAMETERS[name].items())]
    assert {cell.id for cell in golden.cells if IGNORED in tags_of(cell)} == {
        cell.id for cell in golden.cells if "figure" in tags_of(cell)}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_copy_holds_nothing_of_the_machine_or_the_day(name):
    golden, text = read(GOLDEN[name]), GOLDEN[name].read_text(encoding="utf-8")
    for cell in golden.cells:
        assert not set(cell.metadata) - {"tags"}
        for output in cell.get("outputs", ()):
            assert output.output_type == "execute_result"
            assert output.metadata == {}
            assert set(re.findall("0x[0-9a-f]+", str(output))) <= {"0x0"}
    assert not re.search(r"papermill(?!\.)|start_time|iopub|Traceback", text)
    assert not re.search(r'(?<![\w.<])/(?:home|root|tmp|usr|work|Users|var|opt)\b|[A-Z]:\\', text)
    assert str(ROOT) not in text
    assert Path.home().name not in re.findall(r"[/\\](\w+)", text)


@pytest.mark.slow
def test_golden_copy_is_the_same_when_made_twice():
    written = GOLDEN["external_review"].read_text(encoding="utf-8")
    assert nbformat.writes(golden_copy("external_review")) + "\n" == written


def test_nbval_sanitizes_by_rules_in_plain_ascii():
    config = configparser.ConfigParser()
    config.read_string((ROOT / "tests" / "nbval_sanitize.cfg").read_bytes().decode("ascii"))
    assert config.sections()
    for section in config.sections():
        re.compile(config[section]["regex"])
        assert "replace" in config[section]


def test_make_runs_nbval_on_the_golden_copies():
    line = "pytest --nbval tests/golden --nbval-sanitize-with tests/nbval_sanitize.cfg"
    assert line in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.slow
def test_nbval_passes_on_a_golden_copy_and_fails_on_a_changed_word(tmp_path):
    golden = tmp_path / "tests" / "golden"
    golden.mkdir(parents=True)
    (tmp_path / "data" / "sample").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "sample" / "account_view.json", tmp_path / "data" / "sample")
    text = GOLDEN["external_review"].read_text(encoding="utf-8")
    assert text.count("Prepared for Harrowgate") == 1
    (golden / "changed.ipynb").write_text(  # its other cells pass: they are as they were
        text.replace("Prepared for Harrowgate", "Prepared by Harrowgate"), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider", "-q",
         "-W", "error", "--nbval", "tests/golden",
         "--nbval-sanitize-with", str(ROOT / "tests" / "nbval_sanitize.cfg")],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=120,
        capture_output=True, text=True, encoding="utf-8")
    cells = sum(cell.cell_type == "code" for cell in read(GOLDEN["external_review"]).cells)
    assert run.returncode == 1, run.stdout + run.stderr
    assert re.findall(r"(?m)^FAILED \S*?(\w+)\.ipynb::Cell \d+", run.stdout) == ["changed"]
    assert f"1 failed, {cells - 1} passed" in run.stdout


def test_account_view_of_the_sample_is_what_disclosure_writes_today(tmp_path):
    write_account_view(tmp_path / "today.json", sample_review())
    assert ACCOUNT_VIEW.read_bytes() == (tmp_path / "today.json").read_bytes(), (
        "write it anew: python -m tests.golden_notebooks")
    view = read_view(ACCOUNT_VIEW)
    assert view.account["name"] == "Harrowgate Millworks, Inc."
    assert view.account["language"] == "en"
    assert view.commentary
