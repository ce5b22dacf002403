"""One page again: new words need no review of the quarter, and anything else does."""

import json

import pytest
from click.testing import CliRunner
from companies import company, evenly
from test_quarter import execute_here

from qbrkit import reviews
from qbrkit.run import cli, pages, quarter
from qbrkit.run.again import EARLIER, FILE, find_again
from qbrkit.run.cli import qbr
from qbrkit.run.pages import FAILED, PageResult


@pytest.fixture
def made(tmp_path):
    """A workspace of three accounts, and how its external pages are made."""
    folder = company(
        tmp_path / "workspace", commentary={"A-2": "We thank you."},
        accounts=[{"account_id": one, "name": f"Customer {one}"} for one in ("A-1", "A-2", "A-3")],
        invoice_lines=[line for one in ("A-1", "A-2", "A-3") for line in evenly(one, 100)])

    def external(*options, out="out"):
        told = CliRunner().invoke(qbr, [
            "external", "--workspace", str(folder), "--out", str(tmp_path / out), "--workers",
            "1", *options])
        assert told.exit_code == 0, told.output

    return folder, tmp_path / "out", external


def write(folder, name, text):
    (folder / "commentary").mkdir(exist_ok=True)
    (folder / "commentary" / name).write_text(text, encoding="utf-8")


def records(out):
    manifest = json.loads((out / "2026Q4" / "manifest.json").read_text(encoding="utf-8"))
    return manifest, {one["account_id"]: one for one in manifest["pages"]}


@pytest.mark.slow
def test_new_words_make_one_page_without_a_review_as_a_review_would(made, tmp_path, monkeypatch):
    folder, out, external = made
    monkeypatch.setattr(pages, "execute", execute_here)
    external()
    first, before = records(out)
    assert before["A-1"]["missing"] == ["The account manager's own words are missing."]
    gaps = {"no_value": 1, "no_plan": 1, "no_service": 1, "no_promises": 1}
    assert before["A-1"]["gaps"] == gaps
    accounts = (out / "2026Q4" / "accounts.csv").read_bytes()
    write(folder, "A-1.md", "A good year.\r\n\r\n- thanks\r\n")
    write(folder, "A-3.md", "Not asked for yet.")
    with monkeypatch.context() as patched:
        patched.setattr(reviews, "review_quarter", None)  # calling it would be an error
        external("--account", "A-1")
    second, after = records(out)
    assert (after["A-1"]["status"], after["A-1"]["missing"]) == ("ready", [])
    assert after["A-1"]["gaps"] == gaps
    assert after["A-2"] == before["A-2"]
    assert after["A-3"]["cause"] == EARLIER
    page = (out / "2026Q4" / after["A-1"]["file"]).read_bytes()
    assert b"A good year." in page
    assert (out / "2026Q4" / "accounts.csv").read_bytes() == accounts
    index = (out / "2026Q4" / "index.html").read_text(encoding="utf-8")
    assert index.count(EARLIER) == 1

    external("--account", "A-1", out="other")
    fresh, one = records(tmp_path / "other")
    assert (tmp_path / "other" / "2026Q4" / one["A-1"]["file"]).read_bytes() == page
    for name in ("workspace_hash", "settings_hash", "totals", "problems", "quarter"):
        assert second[name] == fresh[name]
    assert first["workspace_hash"] != second["workspace_hash"]


def line(folder):
    with open(folder / "invoice_lines.csv", "a", encoding="utf-8") as file:
        file.write((folder / "invoice_lines.csv").read_text(encoding="utf-8").splitlines()[-1])


def setting(folder):
    with open(folder / "qbr.toml", "a", encoding="utf-8") as file:
        file.write("\n[value]\ndiscount_rate = 0.2\n")


def stranger(folder):
    write(folder, "A-9.md", "Whose is this?")


def test_whatever_else_changed_needs_a_review(made, monkeypatch):
    folder, out, external = made
    monkeypatch.setattr(quarter, "run_pages", lambda jobs, *options: [
        PageResult(job, FAILED, cause="not made here") for job in jobs])
    monkeypatch.setattr(cli, "SOME_FAILED", 0)
    external()
    assert find_again(folder, "", out, ["A-1"])
    assert find_again(folder, "2026Q4", out, ["A-1", "A-3"])
    for asked, accounts in [("", []), ("2026Q3", ["A-1"]), ("", ["A-1", "A-9"])]:
        assert find_again(folder, asked, out, accounts) is None
    stranger(folder)
    assert find_again(folder, "", out, ["A-1"]) is None
    (folder / "commentary" / "A-9.md").unlink()
    view = next((out / "2026Q4" / "work" / "views").glob("A-1*"))
    view.rename(view.with_suffix(".gone"))
    assert find_again(folder, "", out, ["A-1"]) is None
    view.with_suffix(".gone").rename(view)
    assert find_again(folder, "", out, ["A-1"])
    toml = (folder / "qbr.toml").read_text(encoding="utf-8")
    setting(folder)
    assert find_again(folder, "", out, ["A-1"]) is None
    (folder / "qbr.toml").write_text(toml, encoding="utf-8")
    assert find_again(folder, "", out, ["A-1"])
    line(folder)
    assert find_again(folder, "", out, ["A-1"]) is None
    (out / "2026Q4" / "work" / FILE).write_text("[", encoding="utf-8")
    assert find_again(folder, "", out, ["A-1"]) is None
