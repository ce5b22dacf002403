"""Tables are kept under the content of the exports and the mapping, and nothing else."""

import json
import os

import pytest
from exports import COMPANY, LINES, sentences, write
from pandas.testing import assert_frame_equal

from qbrkit.errors import DataError
from qbrkit.reviews import review_quarter
from qbrkit.sources import keep_workspace, open_workspace, snapshot

ACCOUNTS = "account_id,name\nA1,Alpha\nA2,Beta\n"
YEARS = "[periods]\ndata_from = 2025-01-01\ndata_until = 2026-12-31\n"


@pytest.fixture
def kept(tmp_path):
    """A workspace, its work folder, and the workspace as kept there."""
    folder, work = tmp_path / "data", tmp_path / "work"
    folder.mkdir()
    write(folder, YEARS, accounts_csv=ACCOUNTS)
    (folder / "commentary").mkdir()
    (folder / "commentary" / "A1.md").write_text("Thank you.")
    return folder, work, keep_workspace(open_workspace(folder, work), work)


def reread(monkeypatch):
    """From here on reading the exports is an error."""
    def never(*args, **kwargs):
        raise AssertionError("the exports were read again")
    monkeypatch.setattr("qbrkit.sources.workspace.read_tables", never)


def test_same_exports_are_not_read_again_and_say_the_same(kept, monkeypatch):
    folder, work, first = kept
    reread(monkeypatch)
    again = open_workspace(folder, work)
    assert again.snapshot == first.snapshot
    assert (again.problems, again.counts, again.commentary, again.inputs_hash) == (
        first.problems, first.counts, first.commentary, first.inputs_hash)
    assert again.lines.fetchall() == first.lines.fetchall()
    for name, table in first.tables.items():
        assert_frame_equal(again.tables[name], table)


@pytest.mark.parametrize("change", [
    lambda folder: (folder / "invoice_lines.csv").write_text(LINES + "2026-03-01,A1,1\n"),
    lambda folder: (folder / "accounts.csv").write_text(ACCOUNTS.replace("Beta", "Gamma")),
    lambda folder: (folder / "products.csv").write_text("product_id,name\nP,Pump\n"),
    lambda folder: (folder / "qbr.toml").write_text(
        COMPANY + YEARS + '[tables.invoice_lines]\ncolumns = { revenue = "2 * revenue" }\n'),
    lambda folder: (folder / "qbr.toml").write_text(COMPANY + 'currency = "USD"\n' + YEARS),
    lambda folder: (folder / "qbr.toml").write_text(
        COMPANY + YEARS + "[checks]\nmax_refused_share = 0.5\n")],
    ids=["a line", "a name", "a new table", "the mapping", "the currency", "a check"])
def test_whatever_changes_a_table_is_read_again(kept, monkeypatch, change):
    folder, work, _ = kept
    change(folder)
    reread(monkeypatch)
    with pytest.raises(AssertionError, match="read again"):
        open_workspace(folder, work)


def test_cut_off_and_words_are_taken_as_they_are_now(kept, monkeypatch):
    folder, work, first = kept
    (folder / "qbr.toml").write_text(COMPANY + YEARS + "[segmentation]\ncut_share = 0.6\n")
    (folder / "commentary" / "A1.md").write_text("We thank you.")
    (folder / "commentary" / "A9.md").write_text("Who?")
    reread(monkeypatch)
    again = open_workspace(folder, work)
    assert again.snapshot == first.snapshot
    assert again.settings.segmentation.cut_share == 0.6
    assert again.commentary["A1"] == "We thank you."
    assert again.inputs_hash != first.inputs_hash
    assert "'A9.md'" in sentences(again)[0]


def test_another_version_of_the_library_reads_anew(kept, monkeypatch):
    folder, work, _ = kept
    monkeypatch.setattr("qbrkit.sources.inputs.library_hash", lambda: "another")
    reread(monkeypatch)
    with pytest.raises(AssertionError, match="read again"):
        open_workspace(folder, work)


def test_snapshot_stands_for_the_workspace(kept, monkeypatch):
    folder, _, first = kept
    whole = review_quarter(first, "2026Q1")
    (folder / "invoice_lines.csv").unlink()               # whatever becomes of the exports
    reread(monkeypatch)
    review = review_quarter(first.state, "2026Q1")
    assert review.settings.folder == folder.resolve()
    assert (review.report_id, review.totals["revenue_all"]) == (whole.report_id, 30.5)
    assert_frame_equal(review.accounts, whole.accounts)


def test_what_was_gathered_is_kept_and_not_gathered_again(kept, monkeypatch):
    _, _, first = kept
    whole = review_quarter(first, "2026Q1")
    assert {file.name for file in first.snapshot.glob("*.parquet")} == {
        "accounts.parquet", "invoice_lines.parquet", "facts.parquet",
        "cost_shares 2026-03-31.parquet", "sold by quarter 2026-03-31.parquet",
        "order_days 2026-03-31 2026-12-31.parquet"}

    def never(*args):
        raise AssertionError("the lines were summed again")
    monkeypatch.setattr("qbrkit.reviews.compute.gather_facts", never)
    monkeypatch.setattr("qbrkit.reviews.compute.gather_cost_shares", never)
    monkeypatch.setattr("qbrkit.reviews.sold.gather_sold", never)
    monkeypatch.setattr("qbrkit.reviews.retained.gather_order_days", never)
    assert_frame_equal(review_quarter(first.state, "2026Q1").facts, whole.facts)


def test_half_written_snapshot_is_none(kept):
    folder, work, first = kept
    (first.snapshot / "reading.json").unlink()
    again = open_workspace(folder, work)
    assert again.snapshot is None
    assert keep_workspace(again, work).snapshot == first.snapshot
    assert open_workspace(folder, work).snapshot == first.snapshot


def test_only_the_last_states_stay(kept):
    folder, work, _ = kept
    for number in range(3):
        (folder / "accounts.csv").write_text(ACCOUNTS + f"A{number + 3},Other\n")
        for one in work.glob("tables-*"):
            os.utime(one, (0, 0))                         # no run uses them any more
        keep_workspace(open_workspace(folder, work), work)
    left = list(work.glob("tables-*"))
    assert len(left) == snapshot.KEPT
    assert len(list(work.glob("state-*"))) == snapshot.KEPT
    assert open_workspace(folder, work).snapshot in left


def test_what_is_not_ours_or_in_use_stays(kept):
    folder, work, first = kept
    for name in ("tables-of-prices", "tables-2025"):
        (work / name).mkdir()
        (work / name / "mine.txt").write_text("mine")
    for number in range(3):
        (folder / "accounts.csv").write_text(ACCOUNTS + f"A{number + 3},Other\n")
        keep_workspace(open_workspace(folder, work), work)
    assert (work / "tables-of-prices" / "mine.txt").is_file()
    assert (work / "tables-2025" / "mine.txt").is_file()
    assert review_quarter(first.state, "2026Q1").totals["revenue_all"] == 30.5


def test_damaged_snapshot_is_read_anew(kept):
    folder, work, first = kept
    (first.snapshot / "accounts.parquet").write_bytes(b"PAR1 no more")
    assert open_workspace(folder, work).snapshot is None
    (first.snapshot).mkdir(exist_ok=True)
    (first.snapshot / "reading.json").write_text("")
    again = open_workspace(folder, work)
    assert again.snapshot is None
    assert keep_workspace(again, work).snapshot.is_dir()


def test_run_rests_on_one_state_of_the_settings(kept):
    folder, work, first = kept
    opened = open_workspace(folder, work)
    (folder / "qbr.toml").write_text(COMPANY + YEARS + "[segmentation]\ncut_share = 0.6\n")
    second = keep_workspace(open_workspace(folder, work), work)     # saved while the run goes on
    again = keep_workspace(opened, work)
    assert again.state == first.state != second.state
    assert open_workspace(again.state).settings.segmentation.cut_share == 0.8
    assert open_workspace(second.state).settings.segmentation.cut_share == 0.6


def test_sql_that_depends_on_the_day_is_not_kept_for_another_day(kept, monkeypatch):
    folder, work, _ = kept
    (folder / "qbr.toml").write_text(COMPANY + YEARS + (
        '[sources]\nl = "invoice_lines.csv"\n[tables.invoice_lines]\n'
        'sql = "select * from l where invoice_date <= current_date"\n'))
    keep_workspace(open_workspace(folder, work), work)
    reread(monkeypatch)
    with pytest.raises(AssertionError, match="read again"):
        open_workspace(folder, work)


@pytest.mark.parametrize("name", ["lines[1].csv", "a?b*.csv"])
def test_brackets_in_a_file_name_are_no_pattern(tmp_path, name):
    (tmp_path / "lines1.csv").write_text(LINES + "2026-03-01,A1,1000\n")
    (tmp_path / name).write_text(LINES)
    write(tmp_path, f'[sources]\ninvoice_lines = "{name}"\n' + YEARS)
    work = tmp_path / "w [1]" / "work"
    opened = keep_workspace(open_workspace(tmp_path, work), work)
    assert len(opened.lines.fetchall()) == 2
    assert len(open_workspace(opened.state).lines.fetchall()) == 2


def test_exports_that_cannot_be_used_are_not_kept(tmp_path):
    write(tmp_path, invoice_lines_csv="invoice_date,account_id\n2026-01-01,A\n")
    with pytest.raises(DataError):
        open_workspace(tmp_path, tmp_path / "work")
    assert not (tmp_path / "work").exists()


@pytest.mark.skipif(os.name == "nt", reason="a file in the place of the folder")
def test_folder_that_cannot_be_written_is_told(tmp_path):
    write(tmp_path)
    (tmp_path / "work").write_text("a file")
    opened = open_workspace(tmp_path, tmp_path / "work")
    with pytest.raises(DataError, match=r"cannot be kept in .*work"
                                        r".*choose another folder with --out"):
        keep_workspace(opened, tmp_path / "work")


def test_every_kind_of_problem_comes_back_as_it_was(tmp_path):
    write(tmp_path, YEARS, accounts_csv=ACCOUNTS, invoice_lines_csv=(
        LINES + "2026-01-05,A1,10.50\n,A1,5\n2026-01-07,A9,7\n" * 1 + "2026-02-01,,3\n" * 60))
    opened = open_workspace(tmp_path, tmp_path / "work")
    assert len(opened.problems) > 2
    keep_workspace(opened, tmp_path / "work")
    again = open_workspace(tmp_path, tmp_path / "work")
    assert again.problems == opened.problems
    assert json.dumps([one.record() for one in again.problems]) == json.dumps(
        [one.record() for one in opened.problems])
