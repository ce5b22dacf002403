"""Write the golden copies of the notebooks, and the account view that the external review shows
by default: ``python -m tests.golden_notebooks``.

A golden copy is its notebook, run by papermill on the sample, with its outputs; nbval runs it
again and compares. It holds nothing of the machine, the day or the Python it was made with, and
of figures only that they are drawn: their points may differ in the last digit.

Write them anew after a change of the sample, of the version, or of what the pages say, and read
the difference before you keep it.
"""

import re
import tempfile
from pathlib import Path

import nbformat
import papermill
from nbformat import NotebookNode

from qbrkit.disclosure import disclose, write_view
from qbrkit.reviews import QuarterReview, review_quarter
from qbrkit.run.kernel import logged_kernel_manager

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS, GOLDEN = ROOT / "notebooks", ROOT / "tests" / "golden"
SAMPLE = "../../data/sample"
"""Where the sample lies, seen from the golden copies: nbval runs a notebook in its own folder."""
PARAMETERS = {
    "black_ops": {"workspace": SAMPLE},
    "external_review": {"account_view": f"{SAMPLE}/account_view.json"},
    "internal_review": {"workspace": SAMPLE},
    "transactional_plan": {"workspace": SAMPLE},
}
ACCOUNT_VIEW, ACCOUNT = ROOT / "data" / "sample" / "account_view.json", "A-002"
IGNORED = "nbval-ignore-output"
ADDRESS = re.compile("0x[0-9a-f]+")


def write_account_view(file: Path, review: QuarterReview) -> None:
    """Write what the disclosure lets one customer of the sample see."""
    write_view(disclose(review, [ACCOUNT])[ACCOUNT], file)


def golden_copy(name: str) -> NotebookNode:
    """Run one notebook and take out what is not of the notebook itself."""
    with tempfile.TemporaryDirectory() as folder:
        executed = papermill.execute_notebook(
            str(NOTEBOOKS / f"{name}.ipynb"), None, PARAMETERS[name], progress_bar=False,
            kernel_name="python3", resources={"metadata": {"path": str(GOLDEN)}},
            kernel_manager_class=logged_kernel_manager(Path(folder) / "kernel.log"))
    source = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    return nbformat.v4.new_notebook(metadata=source.metadata,
                                    cells=[_plain_cell(cell, name) for cell in executed.cells])


def _plain_cell(cell: NotebookNode, name: str) -> NotebookNode:
    tags = list(cell.metadata.get("tags", ()))
    if "injected-parameters" in tags:      # papermill gives it another id each time
        cell.id = f"{name.replace('_', '-')}-injected"
    if "figure" in tags:
        tags.append(IGNORED)
        cell.outputs = []
    cell.metadata = {"tags": tags} if tags else {}
    for output in cell.get("outputs", ()):
        output.metadata = {}
        output.data["text/plain"] = ADDRESS.sub("0x0", output.data["text/plain"])
    return cell


def write_golden() -> None:
    """Write all golden copies."""
    GOLDEN.mkdir(exist_ok=True)
    for name in PARAMETERS:
        text = nbformat.writes(golden_copy(name)) + "\n"
        (GOLDEN / f"{name}.ipynb").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_account_view(ACCOUNT_VIEW, review_quarter(ROOT / "data" / "sample"))
    write_golden()
