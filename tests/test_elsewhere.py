"""Results at an address: sent whole and in the right order, brought when another run was there."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from companies import company, evenly

from qbrkit.errors import SettingError
from qbrkit.run import batch
from qbrkit.run.cli import qbr
from qbrkit.run.elsewhere import kept_at
from qbrkit.run.pages import READY, PageResult
from qbrkit.run.paths import write_whole

fsspec = pytest.importorskip("fsspec")
WORK = "work"
"""Folder of what is never sent to anybody, in parts: no path of a machine may stand in a file."""


@pytest.fixture(params=["memory", "file"])
def address(request, tmp_path):
    """A place that is empty before and after."""
    store = fsspec.filesystem("memory")
    yield "memory://bucket/reviews" if request.param == "memory" else (
        f"file://{(tmp_path / 'there').as_posix()}")
    store.rm("/", recursive=True)


def lies_at(address: str) -> dict[str, str]:
    store, root = fsspec.core.url_to_fs(address)
    return {file[len(root):].lstrip("/"): store.cat_file(file).decode()
            for file in store.find(root)}


def fill(folder: Path, **files: str) -> None:
    for name, text in files.items():
        write_whole(folder / name.replace("__", "/"), text)


def fill_json(folder: Path, text: str) -> None:
    write_whole(folder / "manifest.json", text)


def test_folder_without_address_is_left_alone(tmp_path):
    with kept_at("", tmp_path) as index:
        fill(tmp_path, page="made")
    assert index == str(tmp_path / "index.html")
    assert [file.name for file in tmp_path.iterdir()] == ["page"]


def test_what_changed_is_sent_and_what_is_gone_is_taken_away(address, tmp_path):
    folder = tmp_path / "here" / "2026Q4"
    with kept_at(address, folder) as index:
        fill(folder, external__a="A", external__b="B", work__a="run", index="1")
        fill_json(folder, "one")
        (folder / ".half.77").write_text("half-written")
    assert index == f"{address}/2026Q4/index.html"
    assert lies_at(address) == {
        "2026Q4/external/a": "A", "2026Q4/external/b": "B", f"2026Q4/{WORK}/a": "run",
        "2026Q4/index": "1", "2026Q4/manifest.json": "one"}
    store, root = fsspec.core.url_to_fs(f"{address}/2026Q4/external/a")
    store.pipe_file(root, b"not sent again")
    with kept_at(address, folder):
        (folder / "external" / "b").unlink()
        fill(folder, external__c="C")
        fill_json(folder, "two")
    assert lies_at(address) == {
        "2026Q4/external/a": "not sent again", "2026Q4/external/c": "C",
        f"2026Q4/{WORK}/a": "run", "2026Q4/index": "1", "2026Q4/manifest.json": "two"}


def test_run_of_another_machine_is_brought_and_no_page_of_before_is_left(address, tmp_path):
    mine, theirs = tmp_path / "mine" / "2026Q4", tmp_path / "theirs" / "2026Q4"
    with kept_at(address, mine):
        fill(mine, external__a="A", external__old="old", work__views__a="view", work__x="x")
        write_whole(mine / "work" / "again.json", "{}")
        fill_json(mine, "mine")
    with kept_at(address, theirs):
        assert (theirs / "external" / "a").read_text() == "A"
        assert not (theirs / "work" / "views").exists()  # each machine makes its own
        (theirs / "external" / "old").unlink()
        fill(theirs, external__a="A of theirs")
        fill_json(theirs, "theirs")
    with kept_at(address, mine):
        assert (mine / "external" / "a").read_text() == "A of theirs"
        assert not (mine / "external" / "old").exists()
        assert not (mine / "work" / "again.json").exists()  # another state of the data
        assert (mine / "work" / "views" / "a").read_text() == "view"
    found = lies_at(address)
    assert (found["2026Q4/external/a"], found["2026Q4/manifest.json"]) == ("A of theirs", "theirs")
    assert "2026Q4/external/old" not in found


def test_interrupted_run_is_sent_and_one_that_was_killed_is_sent_by_the_next(address, tmp_path):
    folder = tmp_path / "here" / "2026Q4"

    def interrupted():
        with kept_at(address, folder):
            fill(folder, external__a="A")
            fill_json(folder, "one")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert lies_at(address) == {"2026Q4/external/a": "A", "2026Q4/manifest.json": "one"}
    fill(folder, external__b="B")  # by a run that did not come to its end
    with kept_at(address, folder):
        pass
    assert lies_at(address)["2026Q4/external/b"] == "B"


@pytest.mark.parametrize(("address", "message"), [
    ("nonsense://x", "nonsense://x/2026Q4 cannot be used: Protocol not known"),
    ("file:///dev/null/x", "file:///dev/null/x/2026Q4 cannot be ")])
def test_address_that_cannot_be_used_is_told_in_a_sentence(tmp_path, address, message):
    folder = tmp_path / "2026Q4"
    with pytest.raises(SettingError, match=message), kept_at(address, folder):
        fill_json(folder, "one")


def test_address_that_cannot_be_written_says_where_the_pages_lie(address, tmp_path, monkeypatch):
    folder = tmp_path / "2026Q4"
    store, _ = fsspec.core.url_to_fs(address)

    def full(*given, **named):
        raise OSError("no space left")

    monkeypatch.setattr(type(store), "pipe", full)
    with pytest.raises(SettingError, match=f"no space left; the pages lie in {folder}, and the "
                       "next run sends them"), kept_at(address, folder):
        fill(folder, external__a="A")
    assert lies_at(address) == {}
    monkeypatch.undo()
    with kept_at(address, folder):
        pass
    assert lies_at(address) == {"2026Q4/external/a": "A"}


@pytest.fixture
def made(monkeypatch):
    """Accounts whose pages were made."""
    accounts = []

    def make(job):
        accounts.append(job.account_id)
        page = f"page of {job.account_id}".encode()
        write_whole(job.page, page)
        return PageResult(job, READY, 0.1, hashlib.sha256(page).hexdigest())

    monkeypatch.setattr(batch, "make_page", make)
    return accounts


def test_pages_at_an_address_are_reused_on_another_machine(made, tmp_path):
    store = fsspec.filesystem("memory")

    def run(machine, *verb):
        folder = company(
            tmp_path / machine, accounts=[{"account_id": one} for one in ("A-1", "A-2")],
            invoice_lines=[line for one in ("A-1", "A-2") for line in evenly(one, 100)])
        return CliRunner().invoke(qbr, [*verb, "--workspace", str(folder),
                                        "--out", "memory://bucket/reviews/"])

    try:
        told = run("first", "external")
        assert told.exit_code == 0, told.output
        assert told.stdout.endswith("memory://bucket/reviews/2026Q4/index.html\n")
        manifest = json.loads(store.cat_file("/bucket/reviews/2026Q4/manifest.json"))
        assert [store.cat_file(f"/bucket/reviews/2026Q4/{one['file']}").decode()
                for one in manifest["pages"]] == ["page of A-1", "page of A-2"]
        assert store.exists(f"/bucket/reviews/2026Q4/{WORK}/views/A-1.json")
        assert not store.exists("/bucket/reviews/work")  # the tables stay on the machine
        made.clear()
        assert run("second", "external").exit_code == 0
        assert made == []
        told = run("second", "explain", "A-1", "revenue_ltm")
        assert told.exit_code == 2
        assert "write to an address; name a folder" in told.stderr
    finally:
        store.rm("/", recursive=True)
