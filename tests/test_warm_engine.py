"""The kit's papermill engine: what it shows is what a kernel shows, and no fault of one notebook
reaches another."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.engines import papermill_engines

from qbrkit.run.warm import apart
from qbrkit.run.warm.engine import WarmEngine
from qbrkit.run.warm.outputs import STREAM_BYTES

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
SHOWN = r'''
print("one"); import sys; print("two", file=sys.stderr); print("three"); 3
---
None
---
x = 5
---
x + 1; x + 2
---
x + 1;
---
"text", {"a": [1, 2]}
---
_, _6, Out[6], In[3]
---
1 / 0
---
print("before"); raise KeyError("what is not there")
---
def broken(:
---
raise ValueError("zwei\nZeilen: <b>ü</b>")
---
from IPython.display import HTML, Markdown, display, clear_output
display(HTML("<b>1</b>"), Markdown("*2*"))
display({"text/plain": "raw", "application/json": {"k": 1}}, raw=True)
---
handle = display(HTML("first"), display_id="later")
---
handle.update(HTML("second")); print("updated")
---
print("gone"); clear_output(); print("stays")
---
print("gone too"); clear_output(wait=True); print("instead")
---
print("kept"); clear_output(wait=True)
---
import pandas as pd; pd.DataFrame({"a": [1.5, None], "b": ["<x>", "&"]})
---
class Rich:
    def _repr_html_(self): return "<p>rich</p>"
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/x-own": "mine", "text/plain": "plain"}
Rich()
---
import matplotlib.pyplot as plt
plt.rcParams["svg.hashsalt"] = "x"
plt.plot([1, 2, 4]); plt.title("one"); plt.figure(); plt.bar([1], [2])
---
figure, axes = plt.subplots(figsize=(2, 1)); axes.plot([3, 1]); plt.close(figure); figure
---
%config InlineBackend.figure_formats = ["svg"]
---
%matplotlib inline
---
import asyncio
await asyncio.sleep(0.001); "awaited"
---
async def later(): return "from a coroutine"
await later()
---
%who_ls int
---
%%capture caught
print("caught"); display(HTML("too"))
---
caught.stdout, len(caught.outputs)
---
!echo from a shell
---
lines = !printf 'a\nb\n'
lines
---
%%bash
echo from bash
---
%%writefile note.txt
some text
---
%pwd
---
open("note.txt").read()
---
%env QBRKIT_OF_A_NOTEBOOK=set
---
import os; os.environ["QBRKIT_OF_A_NOTEBOOK"]
---
import warnings; warnings.warn("be careful")
---
import logging; logging.getLogger("a").warning("logged")
---
pd.set_option("display.max_rows", 3); pd.Series(range(9))
---
from tqdm import tqdm; list(tqdm(range(2), file=sys.stdout, bar_format="{n}"))
---
?len
---
x?
---
__name__, sys.stdout.isatty()
---
import pickle
class Kept: pass
type(pickle.loads(pickle.dumps(Kept()))).__name__
---
import threading
thread = threading.Thread(target=lambda: print("in a thread")); thread.start(); thread.join()
---
display("last")
'''.strip().split("\n---\n")


def written(folder: Path, sources: list[str], tags: dict[int, list[str]] | None = None) -> Path:
    cells = [new_code_cell(source, metadata={"tags": (tags or {}).get(at, [])})
             for at, source in enumerate(sources)]
    file = folder / "notebook.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("# A title"), *cells], metadata=KERNEL),
                   file)
    return file


def run(folder: Path, sources: list[str], engine: str | None = "qbrkit",
        tags: dict[int, list[str]] | None = None, **options):
    return papermill.execute_notebook(
        written(folder, sources, tags), folder / "executed.ipynb", progress_bar=False,
        kernel_name="python3", engine_name=engine, cwd=folder, **options)


@pytest.fixture(autouse=True)
def engine_is_registered():
    papermill_engines.register("qbrkit", WarmEngine)


NOT_COMPARED = re.compile(
    r"\\x1b\[[0-9;]*m"                                           # colors of a traceback
    r"|0x[0-9a-f]+|(?:/tmp/)?ipykernel_\d+/|<ipython-input-[\w-]+>|\d+\.py"  # names of cells
    r"|/\w+/run\b")


def shown(cell) -> list[dict]:
    """Outputs in one form: each stream in one piece, since a kernel keeps no order of two."""
    streams: dict[str, dict] = {}
    outputs = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name in streams:
            streams[output.name]["text"] += output.text
            continue
        outputs.append(dict(output))
        if output.output_type == "stream":
            streams[output.name] = outputs[-1]
    return [{key: NOT_COMPARED.sub("", repr(value)) for key, value in output.items()}
            for output in outputs]


def executed(folder: Path, sources: list[str], engine: str) -> list:
    """Cells after a run that goes on after errors, at which papermill stops all the same."""
    folder.mkdir(parents=True)
    with pytest.raises(papermill.PapermillExecutionError):
        run(folder, sources, engine, {at: ["raises-exception"] for at in range(len(sources))})
    notebook = nbformat.read(folder / "executed.ipynb", as_version=4)
    return [cell for cell in notebook.cells
            if "papermill-error-cell-tag" not in cell.metadata.get("tags", ())]


def test_every_cell_shows_what_a_kernel_shows(tmp_path):
    ours, theirs = (executed(tmp_path / name / "run", SHOWN, name)
                    for name in ("qbrkit", "nbclient"))
    assert len(ours) == len(theirs) == len(SHOWN) + 1
    differing = [(there.source, here.get("execution_count"), there.get("execution_count"),
                  shown(here), shown(there)) for here, there in zip(ours, theirs, strict=True)
                 if (shown(here), here.get("execution_count"))
                 != (shown(there), there.get("execution_count"))]
    assert differing == []


# --- papermill's own ways ----------------------------------------------------------------

def test_cells_run_in_their_order_until_one_fails_and_what_was_done_is_kept(tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match="ZeroDivisionError") as raised:
        run(tmp_path, ["1", "2 / 0", "3"])
    assert (raised.value.cell_index, raised.value.exec_count) == (2, 2)
    cells = nbformat.read(tmp_path / "executed.ipynb", as_version=4).cells
    assert [cell.get("execution_count") for cell in cells if cell.cell_type == "code"] == [1, 2,
                                                                                          None]


def test_parameters_tags_and_limits_are_those_of_papermill(tmp_path):
    file = written(tmp_path, ["size = 1", "size * 2", "raise SystemError", "  ", "size"],
                   {0: ["parameters"], 2: ["skip-execution"]})
    done = papermill.execute_notebook(file, None, {"size": 21}, progress_bar=False,
                                      engine_name="qbrkit", kernel_name="python3")
    values = [cell.outputs[0].data["text/plain"] for cell in done.cells if cell.get("outputs")]
    assert values == ["42", "21"]
    assert done.metadata.language_info.name == "python"
    assert done.metadata.papermill.exception is None


def test_printed_text_goes_to_the_files_that_papermill_was_given(tmp_path):
    with open(tmp_path / "out", "w+", encoding="utf-8") as out:
        run(tmp_path, ["print('told')", "1"], stdout_file=out)
        out.seek(0)
        assert out.read() == "told\n"


def test_a_notebook_of_another_kernel_is_left_to_papermill(tmp_path):
    with pytest.raises(Exception, match="no_such_kernel"):
        papermill.execute_notebook(written(tmp_path, ["1"]), None, progress_bar=False,
                                   engine_name="qbrkit", kernel_name="no_such_kernel")


def test_plain_papermill_finds_the_engine_by_its_name(tmp_path):
    file = written(tmp_path, ["6 * 7"])
    ended = subprocess.run([sys.executable, "-m", "papermill", "--engine", "qbrkit", "-k",
                            "python3", "--no-progress-bar", str(file), str(tmp_path / "out.ipynb")],
                           capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    assert cells[-1].outputs[0].data["text/plain"] == "42"


# --- faults ------------------------------------------------------------------------------

@pytest.mark.parametrize(("fault", "told"), [
    ("import os; os._exit(7)", "ended by itself with code 7 in cell 3"),
    ("import os; os.kill(os.getpid(), 9)", "SIGKILL, perhaps for want of memory in cell 3"),
    ("import ctypes; ctypes.string_at(0)", "SIGSEGV in cell 3"),
])
def test_a_death_names_its_cell_and_leaves_what_was_done(tmp_path, fault, told):
    with pytest.raises(DeadKernelError, match=re.escape(told)):
        run(tmp_path, ["'done'", fault, "3"])
    cells = nbformat.read(tmp_path / "executed.ipynb", as_version=4).cells
    assert cells[1].outputs[0].data["text/plain"] == "'done'"
    assert run(tmp_path, ["1"]).cells[1].execution_count == 1  # the next one is well


def test_an_endless_cell_ends_at_its_limit_even_if_it_is_deaf(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "DEAF_SECONDS", 0.2)
    for loop in ("while True: pass",
                 "import signal; signal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"):
        with pytest.raises(CellTimeoutError, match="timed out"):
            run(tmp_path, ["1", loop], execution_timeout=1)


def test_no_swallowed_exception_outlives_the_limit(tmp_path):
    with pytest.raises(CellTimeoutError):
        run(tmp_path, ["while True:\n    try:\n        while True: pass\n"
                       "    except Exception: pass"], execution_timeout=1)


def test_what_is_printed_beyond_a_megabyte_is_counted_and_left_out(tmp_path):
    done = run(tmp_path, ["for _ in range(20): print('x' * 9_999_999)", "'next'"])
    first, last = done.cells[1].outputs
    assert len(first.text) == STREAM_BYTES
    assert "199,000,000 more characters" in last.text
    assert done.cells[2].outputs[0].data["text/plain"] == "'next'"


def test_what_a_notebook_leaves_behind_ends_with_it(tmp_path):
    done = run(tmp_path, [
        "import subprocess, threading, time\n"
        "left = subprocess.Popen(['sleep', '300']); print(left.pid)\n"
        "threading.Thread(target=time.sleep, args=(300,)).start()"])
    number = int(done.cells[1].outputs[0].text)
    until = time.monotonic() + 10
    while (state := Path(f"/proc/{number}/stat")).exists() and ") Z" not in state.read_text():
        assert time.monotonic() < until, "the process of the notebook lives on"
        time.sleep(0.01)


def test_nothing_that_one_notebook_sets_is_there_in_the_next(tmp_path):
    run(tmp_path, ["import os, sys, pandas, numpy, matplotlib, builtins\nos.chdir('/')\n"
                   "os.environ['OF_ANOTHER'] = '1'; sys.modules['of_another'] = sys\n"
                   "pandas.set_option('display.max_rows', 3)\n"
                   "matplotlib.rcParams['figure.dpi'] = 9\n"
                   "numpy.random.seed(1); builtins.of_another = 1; sys.path.append('/of/another')"])
    done = run(tmp_path, ["import os, sys, pandas, matplotlib, builtins\n"
                          "print('OF_ANOTHER' in os.environ, 'of_another' in sys.modules,\n"
                          "      pandas.get_option('display.max_rows') == 3,\n"
                          "      matplotlib.rcParams['figure.dpi'] == 9,\n"
                          "      hasattr(builtins, 'of_another'), '/of/another' in sys.path)"])
    assert set(done.cells[1].outputs[0].text.split()) == {"False"}


def test_a_memory_hog_ends_alone_with_an_error(tmp_path):
    with pytest.raises(MemoryError):
        apart.call_apart(bytearray, 3_000_000_000, memory_bytes=1_000_000_000)
    assert apart.call_apart(len, b"abc") == 3


def test_a_call_apart_ends_when_its_caller_is_gone(tmp_path):
    script = ("import threading, time\nfrom qbrkit.run.warm.apart import call_apart\n"
              "import os, sys\n"
              "threading.Thread(target=call_apart, args=(exec, "
              "'import os, time; open(\"number\", \"w\").write(str(os.getpid())); "
              "time.sleep(300)')).start()\n"
              "while not os.path.exists('number') or not open('number').read(): time.sleep(0.01)\n"
              "os.kill(os.getpid(), 9)")
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=False,
                   env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])})
    number, until = (tmp_path / "number").read_text(), time.monotonic() + 10
    while (state := Path(f"/proc/{number}/stat")).exists() and ") Z" not in state.read_text():
        assert time.monotonic() < until, "the process apart lives on"
        time.sleep(0.01)


def test_an_error_apart_is_raised_here_even_if_it_cannot_be_sent():
    with pytest.raises(ZeroDivisionError):
        apart.call_apart(divmod, 1, 0)
    with pytest.raises(RuntimeError, match=r"lambda|pickle"):
        apart.call_apart(eval, "lambda: 1")
