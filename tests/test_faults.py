"""Whatever befalls one page or a whole run: the others are made, the cause is told with its cell,
nothing is half-written, and a run after it makes what is missing."""

import errno
import hashlib
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from companies import company, evenly
from nbformat.v4 import new_code_cell

from qbrkit.errors import SettingError
from qbrkit.reviews import review_quarter
from qbrkit.run import manifest, pages, quarter
from qbrkit.run.alone import alone_in
from qbrkit.run.batch import run_pages
from qbrkit.run.cli import qbr
from qbrkit.run.pages import DRAFT, FAILED, READY, REUSED, PageJob
from qbrkit.run.paths import work_folder
from qbrkit.run.quarter import Batch
from qbrkit.sources import open_workspace

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests" / "notebooks" / "ready_external.ipynb"
QUARTER = "2026Q4"
MEMORY_BYTES = 1_000_000_000
FAULT_CELL = 8
FAULTS = {
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
               "its process was ended by SIGKILL, perhaps for want of memory, twice"),
    "left": ("import os; os._exit(3)", "its process ended by itself with code 3, twice"),
    "raised": ("raise ValueError('no amount')", "ValueError: no amount (In [6])"),
    "endless": ("while True: pass", "it ran longer than 1 seconds"),
    "hog": ("hog = bytearray(3_000_000_000)",
            "MemoryError, more than the process of a page may take (In [6])"),
    # no more than that can be written to any file, as on a disk that gets full
    "full": ("import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))",
             "File too large"),
}
"""Code of a cell by the account it befalls, and the cause that is told."""


@pytest.fixture
def batch(tmp_path, monkeypatch):
    """A company whose external notebook is a tiny one with a fault per account; and a way to
    open its quarter anew. The faults are there while QBRKIT_FAULTY is set."""
    accounts = ["A-1", *FAULTS, "loud", "Z-9"]
    workspace = company(tmp_path / "workspace", accounts=[
        {"account_id": one, "name": f"Customer {one}"} for one in accounts],
        invoice_lines=[line for one in accounts for line in evenly(one, 100)])
    (tmp_path / "notebooks").mkdir()
    notebook = nbformat.read(TINY, as_version=4)
    faults = {one: code for one, (code, _) in FAULTS.items()} | {
        "loud": "for _ in range(20): print('x' * 9_999_999)"}
    notebook.cells.append(new_code_cell(
        "import os, pathlib\n"
        "account = pathlib.Path(account_view).stem\n"
        f"if 'QBRKIT_FAULTY' in os.environ: exec({faults!r}.get(account, ''))"))
    nbformat.write(notebook, tmp_path / "notebooks" / "external_review.ipynb")
    monkeypatch.setattr(quarter, "shipped", lambda name: tmp_path / name)
    monkeypatch.setenv("QBRKIT_FAULTY", "1")
    unlimited = Batch.list_jobs
    monkeypatch.setattr(Batch, "list_jobs", lambda *given: [
        replace(job, cell_seconds=1 if job.account_id == "endless" else 60,
                memory_bytes=MEMORY_BYTES) for job in unlimited(*given)])
    out = tmp_path / "out"
    opened = open_workspace(workspace, work_folder(out))
    return Batch(opened, review_quarter(opened, QUARTER), out)


def run(batch, **options):
    return {record["account_id"]: record
            for record in batch.run(kinds=["external"], workers=2, **options)}


def half_written(folder):
    return [file for file in folder.rglob("*")
            if file.is_file() and (file.name.startswith(".") or not file.stat().st_size)
            and file.suffix not in {".log", ".lock"}]


def whole_pages(folder):
    files = list((folder / "external").glob("*.html"))
    return [file for file in files if file.read_text(encoding="utf-8").rstrip().endswith("</html>")
            ] if files else files


def told_in_index(folder, cause):
    from html import unescape

    return cause in unescape((folder / "index.html").read_text(encoding="utf-8"))


def test_each_fault_of_one_page_leaves_the_others_whole_and_a_second_run_mends_it(
        batch, monkeypatch):
    made, folder = run(batch), batch.folder
    assert {one for one, record in made.items() if record["status"] == FAILED} == set(FAULTS)
    assert {made[one]["status"] for one in ("A-1", "loud", "Z-9")} == {READY}
    for account, (_, cause) in FAULTS.items():
        told = made[account]["cause"]
        assert cause in told
        assert told.startswith(f"cell {FAULT_CELL}: ") or account == "full"
        assert told_in_index(folder, told)
        assert made[account]["file"] is None
    assert {record["account_id"]: record["cause"] for record in
            manifest.read_manifest(folder)["pages"]} == {
                one: record["cause"] for one, record in made.items()}
    assert len(whole_pages(folder)) == len(list((folder / "external").iterdir())) == 3
    assert half_written(folder) == []
    for account in set(FAULTS) - {"full"}:  # for whoever looks for the cause
        (file,) = (folder / "work" / "notebooks").glob(f"{account}_*.ipynb")
        cells = nbformat.read(file, as_version=4).cells
        assert "Your purchases grew." in str([cell.get("outputs") for cell in cells])
    (loud,) = (folder / "work" / "notebooks").glob("loud_*.ipynb")
    assert loud.stat().st_size < 2_000_000

    monkeypatch.delenv("QBRKIT_FAULTY")
    again = run(batch)
    assert {one: record["status"] for one, record in again.items()} == {
        one: READY if one in FAULTS else REUSED for one in made}
    assert {record["cause"] for record in again.values()} == {None}
    assert len(whole_pages(folder)) == len(made)
    assert half_written(folder) == []


def test_a_folder_that_cannot_be_written_fails_its_pages_with_a_cause(batch, monkeypatch):
    monkeypatch.delenv("QBRKIT_FAULTY")
    external = batch.folder / "external"
    if os.geteuid():
        external.mkdir(parents=True)
        external.chmod(0o500)
    else:  # no permission keeps root out, but a file in its place does
        batch.folder.mkdir(parents=True)
        external.write_text("in the way")
    made = run(batch)
    assert {record["status"] for record in made.values()} == {FAILED}
    assert all("external" in record["cause"] for record in made.values())
    if os.geteuid():
        external.chmod(0o700)
    else:
        external.unlink()
    assert {record["status"] for record in run(batch, only_failed=True).values()} == {READY}
    assert len(whole_pages(batch.folder)) == len(made)


def test_pages_of_a_run_whose_manifest_found_no_place_are_known_to_the_next(batch, monkeypatch):
    monkeypatch.delenv("QBRKIT_FAULTY")
    with monkeypatch.context() as full:
        def write(*given):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "manifest.json")

        full.setattr(manifest, "write_whole", write)
        with pytest.raises(OSError, match="No space left"):
            run(batch)
    assert not (batch.folder / manifest.FILE).exists()
    assert {record["status"] for record in run(batch).values()} == {REUSED}
    assert not (batch.folder / manifest.NOTES).exists()
    assert half_written(batch.folder) == []


@pytest.mark.parametrize("is_first", [True, False])
def test_an_interrupt_leaves_a_true_manifest_and_the_next_run_goes_on_from_it(
        batch, monkeypatch, is_first):
    before = {} if is_first else run(batch)
    monkeypatch.delenv("QBRKIT_FAULTY")
    changed = replace(batch, review=replace(batch.review, inputs_hash="other"))
    seen = []

    def interrupt(result):
        seen.append(result.job.account_id)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        changed.run(kinds=["external"], workers=1, force=True, told=interrupt)
    told = {record["account_id"]: record
            for record in manifest.read_manifest(batch.folder)["pages"]}
    assert set(told) == set(before) | set(seen)
    released = {one for one, record in told.items() if record["file"]}
    assert released == (set(before) - set(FAULTS)) | set(seen)
    for one in released:
        page = (batch.folder / told[one]["file"]).read_bytes()
        assert hashlib.sha256(page).hexdigest() == told[one]["sha256"]
    assert half_written(batch.folder) == []
    left = {*FAULTS, "A-1", "loud", "Z-9"} - released
    assert told_in_index(batch.folder, f"{len(left)} pages are still to be made")
    begun = []
    changed.run(kinds=["external"], working=lambda job: begun.append(job.account_id))
    assert set(begun) == left


# --- what befalls the process of the run ---------------------------------------------------------

RUN = """
import os, sys
from pathlib import Path
from qbrkit.run.alone import alone_in
from qbrkit.run.batch import noting, run_pages
from test_faults import jobs_in
folder = Path(sys.argv[1])
with alone_in(folder):
    run_pages(jobs_in(folder), folder, told=noting(lambda result: print("one", flush=True), folder))
"""
WAITS = """
import sys
from pathlib import Path
from qbrkit.run.alone import alone_in
with alone_in(Path(sys.argv[1])):
    print("in", flush=True)
    sys.stdin.read()
"""


def jobs_in(folder, count=8):
    """Tiny pages, of which those after the second are slow where QBRKIT_SLOW is set."""
    slow = folder / "slow.ipynb"
    if not slow.exists():
        notebook = nbformat.read(TINY, as_version=4)
        notebook.cells.append(new_code_cell(
            "import os, time; time.sleep(60 if 'QBRKIT_SLOW' in os.environ else 0)"))
        slow.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, slow)
    names = [f"P-{at}" for at in range(count)]
    return [PageJob("external", TINY if at < 2 else slow, {"account_view": ""},
                    executed=folder / "work" / "notebooks" / f"{one}.ipynb",
                    page=folder / "external" / f"{one}.html", account_id=one, key=one)
            for at, one in enumerate(names)]


def python(code, *given, **environment):
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen([sys.executable, "-c", code, *map(str, given)], text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
                            env=os.environ | environment | {"PYTHONPATH": paths})


def begun_by(number):
    """The processes that one has begun, and those that these have."""
    own = [int(one) for file in Path(f"/proc/{number}/task").glob("*/children")
           for one in file.read_text().split()]
    return own + [further for one in own for further in begun_by(one)]


def is_alive(number):
    state = Path(f"/proc/{number}/stat")
    try:
        return ") Z" not in state.read_text()
    except FileNotFoundError:
        return False


def wait_until(is_so, what, seconds=60):
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, what
        time.sleep(0.01)


def test_a_run_that_is_killed_leaves_no_process_and_what_it_made_is_used(tmp_path):
    folder = tmp_path / QUARTER
    process = python(RUN, folder, QBRKIT_SLOW="1")
    try:
        assert [process.stdout.readline() for _ in range(2)] == ["one\n", "one\n"]
        wait_until(lambda: len(begun_by(process.pid)) == 3, "two pages are not being made")
        others = begun_by(process.pid)
    finally:
        process.kill()
        process.communicate()
    wait_until(lambda: not any(map(is_alive, others)), "an orphan lives on")
    assert half_written(folder) == []
    known = manifest.recover(folder)["pages"]
    assert {(record["account_id"], record["status"]) for record in known} == {
        ("P-0", READY), ("P-1", READY)}
    with alone_in(folder):
        made = run_pages(jobs_in(folder), folder, known)
    assert [result.status for result in made] == [REUSED] * 2 + [READY] * 6


def test_two_runs_in_one_folder_are_one_too_many_and_a_dead_one_keeps_nobody_out(
        tmp_path):
    folder = tmp_path / "out" / QUARTER
    process = python(WAITS, folder)
    try:
        assert process.stdout.readline() == "in\n"
        with pytest.raises(SettingError) as told, alone_in(folder):
            pass
        assert f"{folder} is being written by another run (process {process.pid} on " in str(
            told.value)
        assert "since 2" in str(told.value)
        assert str(told.value).endswith("wait until it has ended, or name another folder with "
                                        "--out")
        with alone_in(folder.with_name("2026Q3")):
            pass
    finally:
        process.kill()
        process.communicate()
    with alone_in(folder), alone_in(folder):
        other = []

        def enter():
            try:
                with alone_in(folder):
                    other.append("in")
            except SettingError:
                other.append("out")

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        assert other == ["out"]
    assert [file.name for file in (tmp_path / "out" / "work").iterdir() if file.suffix == ".json"
            ] == []


def test_the_command_says_that_another_run_is_there(batch, tmp_path):
    process = python(WAITS, batch.folder)
    try:
        assert process.stdout.readline() == "in\n"
        told = CliRunner().invoke(qbr, ["external", "--workspace", str(tmp_path / "workspace"),
                                        "--out", str(batch.out)])
    finally:
        process.communicate()
    assert told.exit_code == 2
    assert f"Error: {batch.folder} is being written by another run" in told.stderr
    assert not (batch.folder / "external").exists()


# --- the same bytes ------------------------------------------------------------------------------

def test_pages_are_the_same_by_any_number_of_workers_with_a_kernel_and_twice(
        tmp_path):
    accounts = ["A-1", "A-2", "A-3"]
    workspace = company(tmp_path / "workspace", commentary={"A-1": "A good year."}, accounts=[
        {"account_id": one, "name": f"Customer {one}"} for one in accounts],
        invoice_lines=[line for at, one in enumerate(accounts) for line in evenly(one, 100 + at)])
    opened = open_workspace(workspace, work_folder(tmp_path / "out"))
    batch = Batch(opened, review_quarter(opened, QUARTER), tmp_path / "out")
    jobs = batch.list_jobs(["external"])
    made = []
    for workers in (1, 2):
        results = run_pages(jobs, batch.folder, workers=workers)
        assert {result.status for result in results} <= {READY, DRAFT}
        made.append({job.account_id: job.page.read_bytes() for job in jobs})
        for job in jobs:
            job.page.unlink()
    pages.make_page_here(jobs[0])  # not in a process apart: with a kernel
    account, page = jobs[0].account_id, jobs[0].page.read_bytes()
    assert made[0] == made[1]
    assert page == made[0][account]
    assert b"<svg" in page


# --- what makes a page anew ----------------------------------------------------------------------

def test_a_change_makes_anew_what_depends_on_it_and_nothing_else(tmp_path):
    accounts = ["A-1", "A-2"]
    workspace = company(tmp_path / "workspace", accounts=[
        {"account_id": one, "name": f"Customer {one}"} for one in accounts],
        invoice_lines=[line for one in accounts for line in evenly(one, 100)])
    toml = (workspace / "qbr.toml").read_text(encoding="utf-8")

    def keys():
        opened = open_workspace(workspace, work_folder(tmp_path / "out"))
        batch = Batch(opened, review_quarter(opened, QUARTER), tmp_path / "out")
        return {job.account_id or job.kind: job.key
                for job in batch.list_jobs(["internal", "external"])}

    def changed(before):
        return {one for one, key in keys().items() if key != before[one]}

    first = keys()
    assert changed(first) == set()
    (workspace / "commentary").mkdir()
    (workspace / "commentary" / "A-1.md").write_text("A good year.")
    assert changed(first) == {"A-1", "internal"}
    (workspace / "commentary" / "A-1.md").unlink()
    assert changed(first) == set()
    (workspace / "qbr.toml").write_text(toml + "\n[black_ops]\nleast_raters = 4\n")
    assert changed(first) == {"internal"}
    head = toml.replace("[company]\n", '[company]\naccent = "#123456"\n')
    (workspace / "qbr.toml").write_text(head)
    assert changed(first) == {"A-1", "A-2", "internal"}
