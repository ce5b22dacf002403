"""Pages made by a Dask cluster as a user starts it: the pages of here, each once, whoever dies."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from companies import company, evenly

from qbrkit.errors import SettingError
from qbrkit.run import cluster
from qbrkit.run.batch import run_pages
from qbrkit.run.cli import qbr
from qbrkit.run.pages import DRAFT, FAILED, READY, PageJob
from qbrkit.run.shipped import shipped

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = Path(__file__).parent / "notebooks"
NOWHERE = "tcp://127.0.0.1:1"
SECONDS = 60
MADE = "All 5 pages are made; 4 of 5 external reviews are drafts and say what is missing."


def wait_for(seen: Callable[[], object], what: str) -> None:
    end = time.monotonic() + SECONDS
    while not seen():
        assert time.monotonic() < end, f"{what}: nothing after {SECONDS} seconds"
        time.sleep(0.05)


class Dask:
    """A scheduler and workers, each a process begun by the command that a user types."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.processes = folder, {}
        self.start("scheduler", "scheduler", "--host", "127.0.0.1", "--port", "0",
                   "--no-dashboard", "--scheduler-file", str(folder / "scheduler.json"))
        wait_for((folder / "scheduler.json").exists, "scheduler")
        text = (folder / "scheduler.json").read_text(encoding="utf-8")
        self.address = json.loads(text)["address"]

    def start(self, name: str, *arguments: str) -> subprocess.Popen:
        environment = dict(os.environ, PYTHONPATH=str(ROOT))
        with open(self.folder / f"{name}.log", "wb") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments], cwd=self.folder, env=environment,
                stdout=log, stderr=log)
        return self.processes[name]

    def worker(self, name: str) -> subprocess.Popen:
        return self.start(name, "worker", self.address, "--no-nanny", "--nthreads", "1",
                          "--no-dashboard", "--name", name, "--local-directory",
                          str(self.folder / name))

    def joined(self, name: str) -> None:
        wait_for(lambda: b"Registered to" in (self.folder / f"{name}.log").read_bytes(), name)


@pytest.fixture(scope="module")
def dask(tmp_path_factory) -> Iterator[Dask]:
    started = Dask(tmp_path_factory.mktemp("dask"))
    try:
        started.worker("stays")
        started.joined("stays")
        yield started
    finally:
        for process in started.processes.values():
            process.kill()
            process.wait()


def command(folder: Path, out: Path, *options: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "qbrkit", "external", "--workspace", str(folder), "--out", str(out),
         *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        encoding="utf-8")


def ending(run: subprocess.Popen) -> str:
    told, noise = run.communicate(timeout=SECONDS * 2)
    assert run.returncode == 0, noise
    return told.splitlines()[0]


def pages_of(out: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (out / "2026Q4" / "external").iterdir()}


def test_pages_of_a_cluster_that_loses_a_worker_are_those_made_here(dask, tmp_path):
    accounts = [f"A-{number}" for number in range(1, 6)]
    folder = company(
        tmp_path / "workspace", commentary={"A-2": "We thank you."},
        accounts=[{"account_id": one, "name": f"Customer {one}"} for one in accounts],
        invoice_lines=[line for one in accounts for line in evenly(one, 100)])
    victim = dask.worker("dies")
    here = command(folder, tmp_path / "here", "--workers", "2")
    assert ending(here) == MADE
    dask.joined("dies")
    there = command(folder, tmp_path / "there", "--scheduler", dask.address)
    wait_for(lambda: list((dask.folder / "dies").rglob("qbrkit-*/*/views/*.json")),
             "a page on the worker that is to die")
    victim.kill()
    assert ending(there) == MADE
    made = pages_of(tmp_path / "there")
    assert len(made) == 5
    assert made == pages_of(tmp_path / "here")
    manifest = json.loads((tmp_path / "there" / "2026Q4" / "manifest.json").read_text("utf-8"))
    assert [one["account_id"] for one in manifest["pages"]] == accounts
    assert {one["status"] for one in manifest["pages"]} == {READY, DRAFT}
    executed = tmp_path / "there" / "2026Q4" / "work" / "notebooks"
    assert sorted(file.suffix for file in executed.iterdir()) == [".ipynb"] * 5 + [".log"] * 5


def job_of(notebook: str, folder: Path, account: str) -> PageJob:
    view = folder / f"{account}.json"
    view.write_text('{"account": {}, "commentary": "", "tables": {}}')
    page = folder / "external" / f"{account}.html"
    page.parent.mkdir(exist_ok=True)
    page.write_text("an older page")
    return PageJob("external", NOTEBOOKS / f"{notebook}.ipynb", {"account_view": str(view)},
                   executed=folder / "work" / f"{account}.ipynb", page=page, account_id=account,
                   key=account)


def test_notebook_that_kills_its_process_kills_no_worker_and_company_pages_are_made_here(
        dask, tmp_path):
    terms = tmp_path / "forbidden.json"
    terms.write_text('{"another account\'s name": ["Zwieselbach Maschinenbau"]}')
    jobs = [job_of("killed_kernel", tmp_path, "A-1"), job_of("ready_external", tmp_path, "A-2"),
            replace(job_of("leaking", tmp_path, "A-3"), forbidden_file=terms),
            replace(job_of("no_parameters", tmp_path, ""), parameters={})]
    told = []
    results = run_pages(jobs, tmp_path, told=told.append, scheduler=dask.address)
    assert [result.status for result in results] == [FAILED, READY, "refused", READY]
    assert sorted(one.job.account_id for one in told) == ["", "A-1", "A-2", "A-3"]
    assert results[0].cause.startswith("cell 7: its process was ended by SIGKILL")
    assert [job.page.exists() for job in jobs] == [False, True, False, True]
    assert b"Your purchases grew." in jobs[1].page.read_bytes()
    assert [result.job for result in results] == jobs
    assert dask.processes["stays"].poll() is None
    assert not list(dask.folder.rglob("stays/**/qbrkit-*"))


def test_scheduler_that_is_not_there_is_told_before_anything_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "ANSWER_SECONDS", 0.5)
    for address, cause in ((NOWHERE, "Timed out"), ("somewhere", "missing port number")):
        told = CliRunner().invoke(qbr, ["run", "--workspace", str(tmp_path / "none"),
                                        "--scheduler", address])
        assert told.exit_code == 2
        assert told.stderr.startswith(
            f"Error: --scheduler: no Dask scheduler answers at {address} ({cause}")


def test_scheduler_without_dask_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    told = CliRunner().invoke(qbr, ["external", "--workspace", str(tmp_path),
                                    "--scheduler", NOWHERE])
    assert told.exit_code == 2
    assert 'pip install "qbrkit[cluster]"' in told.stderr


def client_with(**workers: object) -> SimpleNamespace:
    def wait(count: int, timeout: float) -> None:
        if not workers:
            raise TimeoutError

    return SimpleNamespace(wait_for_workers=wait, run=lambda function, on_error: workers)


def test_cluster_that_cannot_make_the_pages_of_here_is_refused():
    same = cluster.versions()
    cluster._check_workers(client_with(one=same, two=dict(same)), NOWHERE)
    for workers, message in (
            ({}, "has no worker after 60 seconds; dask worker tcp://"),
            ({"one": same, "two": same | {"pandas": "1.0"}},
             rf"worker two .*otherwise.*: pandas 1.0 there and {same['pandas']} here; install"),
            ({"one": same | {"qbrkit": "older"}}, "qbrkit older there"),
            ({"one": ModuleNotFoundError("No module named 'qbrkit'")}, "cannot use the kit")):
        with pytest.raises(SettingError, match=message):
            cluster._check_workers(client_with(**workers), NOWHERE)


def test_worker_that_joined_late_with_another_kit_makes_no_page(tmp_path):
    job = job_of("ready_external", tmp_path, "A-1")
    with pytest.raises(SettingError, match=r"qbrkit .* there and of another day here"):
        cluster.make_elsewhere(job, {"qbrkit": "of another day"}, b"{}", b"", b"")


@pytest.mark.parametrize(("error", "cause"), [
    (distributed.KilledWorker("task", None, 3), "every worker that began the page died"),
    (CancelledError(), "the scheduler has given the page up"),
    (SettingError("worker w is installed otherwise"), "worker w is installed otherwise"),
    (KeyError("no"), "KeyError: 'no'")])
def test_page_that_the_cluster_could_not_make_is_a_failed_one_and_no_older_lies_there(
        tmp_path, error, cause):
    job, done = job_of("ready_external", tmp_path, "A-1"), Future()
    done.set_exception(error)
    arrived = Future()
    cluster._deliver(job, done, arrived)
    assert arrived.result().status == FAILED
    assert arrived.result().cause.startswith(cause)
    assert not job.page.exists()


def test_page_that_arrives_after_the_interrupt_leaves_the_older_one(tmp_path):
    job, done, arrived = job_of("ready_external", tmp_path, "A-1"), Future(), Future()
    done.set_exception(CancelledError())
    arrived.cancel()
    cluster._deliver(job, done, arrived)
    assert job.page.read_text() == "an older page"


def test_the_notebook_of_external_pages_reads_nothing_but_the_view():
    cells = json.loads((shipped("notebooks") / "external_review.ipynb").read_text("utf-8"))["cells"]
    (given,) = ["".join(cell["source"]) for cell in cells
                if "parameters" in cell["metadata"].get("tags", ())]
    assert [line.split(" = ")[0] for line in given.splitlines() if " = " in line] == [
        "account_view"]
