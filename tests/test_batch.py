"""Many pages: reused where nothing changed, made in parallel, and no failure stops the rest."""

import hashlib
import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from qbrkit.run import batch
from qbrkit.run.batch import run_pages
from qbrkit.run.pages import DRAFT, FAILED, READY, REFUSED, REUSED, PageJob, PageResult, page_record
from qbrkit.run.paths import write_whole
from qbrkit.run.warm.apart import EndedError


def jobs_in(folder, *ids):
    return [PageJob("external", Path("none.ipynb"), {}, executed=folder / "work" / f"{one}.ipynb",
                    page=folder / "external" / f"{one}.html", account_id=one, key=f"key of {one}")
            for one in ids]


@pytest.fixture
def made(monkeypatch):
    """Accounts whose pages were made; a page says its id, and "bad" ones have their way."""
    accounts = []

    def make(job):
        accounts.append(job.account_id)
        if job.account_id.startswith("failed"):
            job.page.unlink(missing_ok=True)
            return PageResult(job, FAILED, cause="cell 3: ValueError: no")
        if job.account_id.startswith("refused"):
            return PageResult(job, REFUSED, cause="not released")
        if job.account_id.startswith("broken"):
            raise KeyError("unexpected")
        if job.account_id.startswith("slow"):
            time.sleep(0.2)
        page = f"page of {job.account_id}".encode()
        write_whole(job.page, page)
        status = DRAFT if job.account_id.startswith("draft") else READY
        return PageResult(job, status, 0.1, hashlib.sha256(page).hexdigest(),
                          missing=("words",) if status == DRAFT else ())

    monkeypatch.setattr(batch, "make_page", make)
    return accounts


def records(results, folder):
    return json.loads(json.dumps([page_record(result, folder) for result in results]))


def test_failures_of_some_do_not_stop_the_rest(tmp_path, made):
    ids = ["slow", "failed", "A-1", "refused", "broken", "A-2"]
    told = []
    results = run_pages(jobs_in(tmp_path, *ids), tmp_path, workers=3, told=told.append)
    assert [result.job.account_id for result in results] == ids
    assert [result.status for result in results] == [READY, FAILED, READY, REFUSED, FAILED, READY]
    assert results[4].cause == "KeyError: 'unexpected'"
    assert sorted(made) == sorted(ids)
    assert {result.job.account_id for result in told} == set(ids)
    assert len(told) == len(ids)


def test_no_jobs_are_no_pages(tmp_path, made):
    assert run_pages([], tmp_path) == []


@pytest.mark.parametrize("workers", [0, 1, 2, 9])
def test_results_do_not_depend_on_the_workers(tmp_path, made, workers):
    ids = ["slow", *(f"A-{n}" for n in range(6))]
    results = run_pages(jobs_in(tmp_path, *ids), tmp_path, workers=workers)
    assert [result.job.account_id for result in results] == ids
    assert {result.status for result in results} == {READY}


def test_no_more_pages_at_a_time_than_workers(tmp_path, monkeypatch):
    running, most, lock = set(), [], threading.Lock()

    def make(job):
        with lock:
            running.add(job.account_id)
            most.append(len(running))
        time.sleep(0.02)
        with lock:
            running.remove(job.account_id)
        return PageResult(job, READY)

    monkeypatch.setattr(batch, "make_page", make)
    run_pages(jobs_in(tmp_path, *"abcdefgh"), tmp_path, workers=3)
    assert max(most) == 3


def test_older_page_of_a_worker_that_broke_is_gone(tmp_path, made):
    (job,) = jobs_in(tmp_path, "broken")
    write_whole(job.page, "an older page")
    assert run_pages([job], tmp_path)[0].status == FAILED
    assert not job.page.exists()


def test_unchanged_pages_are_reused(tmp_path, made):
    jobs = jobs_in(tmp_path, "A-1", "draft", "failed", "A-2")
    first = run_pages(jobs, tmp_path)
    made.clear()
    second = run_pages(jobs, tmp_path, records(first, tmp_path))
    assert [result.status for result in second] == [REUSED, REUSED, FAILED, REUSED]
    assert second[1].missing == ("words",)
    assert second[0].sha256 == first[0].sha256
    assert made == ["failed"]
    third = run_pages(jobs, tmp_path, records(second, tmp_path))
    assert [result.status for result in third] == [REUSED, REUSED, FAILED, REUSED]
    assert third[1].missing == ("words",)


def edit(job):
    job.page.write_text("a friendlier page")


def delete(job):
    job.page.unlink()


@pytest.mark.parametrize("harm", [edit, delete])
def test_page_whose_file_is_not_as_it_was_is_made_anew(tmp_path, made, harm):
    jobs = jobs_in(tmp_path, "A-1", "A-2")
    first = run_pages(jobs, tmp_path)
    harm(jobs[0])
    made.clear()
    second = run_pages(jobs, tmp_path, records(first, tmp_path))
    assert [result.status for result in second] == [READY, REUSED]
    assert made == ["A-1"]
    assert jobs[0].page.read_text() == "page of A-1"


@pytest.mark.parametrize("change", [
    {"key": "other data"}, {"page": Path("external/A-1_renamed.html")}, {"key": ""}])
def test_changed_job_is_made_anew(tmp_path, made, change):
    jobs = jobs_in(tmp_path, "A-1", "A-2")
    first = run_pages(jobs, tmp_path)
    made.clear()
    if "page" in change:
        change = {"page": tmp_path / change["page"]}
    second = run_pages([replace(jobs[0], **change), jobs[1]], tmp_path, records(first, tmp_path))
    assert [result.status for result in second] == [READY, REUSED]


def test_force_makes_every_page(tmp_path, made):
    jobs = jobs_in(tmp_path, "A-1", "A-2")
    first = run_pages(jobs, tmp_path)
    made.clear()
    second = run_pages(jobs, tmp_path, records(first, tmp_path), force=True)
    assert {result.status for result in second} == {READY}
    assert sorted(made) == ["A-1", "A-2"]


def test_unchanged_page_is_not_searched_again(tmp_path, made, monkeypatch):
    terms = tmp_path / "forbidden.json"
    terms.write_text('{"a competitor": ["Someone Else"]}')
    jobs = [replace(job, forbidden_file=terms) for job in jobs_in(tmp_path, "A-1")]
    before = records(run_pages(jobs, tmp_path), tmp_path)
    searched = []
    monkeypatch.setattr(batch, "search_page", lambda job, page: searched.append(page))
    run_pages(jobs, tmp_path, before)
    assert searched == []
    run_pages(jobs, tmp_path, [{name: value for name, value in record.items()
                                if name != "searched"} for record in before])
    assert searched == [b"page of A-1"]


def test_page_that_holds_what_became_forbidden_is_not_reused(tmp_path, made):
    terms = tmp_path / "forbidden.json"
    terms.write_text('{"a competitor": ["Someone Else"]}')
    jobs = [replace(job, forbidden_file=terms) for job in jobs_in(tmp_path, "A-1", "A-2")]
    before = records(run_pages(jobs, tmp_path), tmp_path)
    assert {result.status for result in run_pages(jobs, tmp_path, before)} == {REUSED}
    terms.write_text('{"another account\'s id": ["A-2"]}')
    made.clear()
    run_pages(jobs, tmp_path, before)
    assert made == ["A-2"]


def test_interrupt_cancels_what_waits(tmp_path, monkeypatch):
    begun = []

    def make(job):
        begun.append(job.account_id)
        time.sleep(0.05)
        return PageResult(job, READY)

    def interrupted(result):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "make_page", make)
    with pytest.raises(KeyboardInterrupt):
        run_pages(jobs_in(tmp_path, *(f"A-{n}" for n in range(50))), tmp_path, workers=2,
                  told=interrupted)
    after = len(begun)
    assert after < 10
    time.sleep(0.2)
    assert len(begun) == after


def test_page_that_was_written_and_not_told_before_an_interrupt_is_taken_away(
        tmp_path, monkeypatch):
    is_written = threading.Event()

    def make(job):
        if job.account_id == "A-1":
            is_written.wait()
            return PageResult(job, READY)
        write_whole(job.page, f"new page of {job.account_id}" if job.account_id == "A-2" else "old")
        if job.account_id == "A-3":
            is_written.set()
        raise EndedError("ended with the run")

    def interrupted(result):
        if result.job.account_id == "A-1":
            raise KeyboardInterrupt

    monkeypatch.setattr(batch, "make_page", make)
    monkeypatch.setattr(batch, "as_completed", lambda waiting: iter([*waiting][:1]))
    jobs = jobs_in(tmp_path, "A-1", "A-2", "A-3")
    before = [{"key": "older", "sha256": hashlib.sha256(b"old").hexdigest()}]
    with pytest.raises(KeyboardInterrupt):
        run_pages(jobs, tmp_path, before, workers=3, told=interrupted)
    assert not jobs[1].page.exists()
    assert jobs[2].page.read_text() == "old", "it was not replaced yet"
