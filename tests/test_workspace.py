"""An opened workspace: typed tables, counted rows, one hash of all that was read."""

import gc
import os
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from exports import COMPANY, LINES, inspect, lines_of, write

from qbrkit.columns import TABLES
from qbrkit.errors import DataError, QbrError, SettingError
from qbrkit.sources import inspect_workspace, open_workspace
from qbrkit.sources.workspace import RowCount

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
DTYPES = {"id": "str", "text": "str", "quarter": "str", "flag": "boolean",
          "date": "datetime64[us]", "month": "datetime64[us]"}


def test_every_table_has_the_columns_and_types_of_the_contract(tmp_path):
    required = {table.name: ",".join(table.required) or "quarter"
                for table in TABLES.values() if table.name != "invoice_lines"}
    workspace = inspect(tmp_path, **{f"{name}_csv": f"{header}\n"
                                     for name, header in required.items()})
    assert set(workspace.tables) == set(required)
    for name, frame in workspace.tables.items():
        assert tuple(frame.columns) == TABLES[name].names
        assert frame.dtypes.astype(str).to_dict() == {
            column.name: DTYPES.get(column.kind, "float64") for column in TABLES[name].columns}


def test_types_are_the_same_with_and_without_values(tmp_path):
    text = ("account_id,name,employees,contract_end,do_not_contact\n"
            "A1,x,5,2026-01-05,yes\nA2,,,,\n")
    frame = inspect(tmp_path, accounts_csv=text).tables["accounts"]
    assert frame.dtypes.astype(str).to_dict() == {
        column.name: DTYPES.get(column.kind, "float64") for column in TABLES["accounts"].columns}
    assert frame.loc[0, ["name", "employees", "do_not_contact"]].tolist() == ["x", 5.0, True]
    assert frame.loc[0, "contract_end"] == pd.Timestamp(2026, 1, 5)
    assert frame.loc[1, ["name", "employees", "contract_end", "do_not_contact"]].isna().all()


def test_lines_are_a_relation_with_the_columns_of_the_contract(tmp_path):
    workspace = open_workspace(write(tmp_path))
    assert tuple(workspace.lines.columns) == TABLES["invoice_lines"].names
    types = dict(zip(workspace.lines.columns, map(str, workspace.lines.types), strict=True))
    assert (types["revenue"], types["invoice_date"]) == ("DECIMAL(18,6)", "DATE")
    assert types["account_id"] == types["kind"] == "VARCHAR"


def test_rows_are_counted_read_and_refused(tmp_path):
    text = LINES + "2026-01-07,A3,x\n"
    workspace = inspect(tmp_path, "[checks]\nmax_refused_share = 0.5\n", invoice_lines_csv=text,
                        accounts_csv="account_id\nA1\nA2\n")
    assert workspace.counts == {"accounts": RowCount(2, 0), "invoice_lines": RowCount(
        3, 1, revenue=30.5, revenue_refused=0.0)}
    assert workspace.counts["invoice_lines"].accepted == 2


def test_coverage_is_from_the_first_to_the_last_line_unless_told(tmp_path):
    coverage = inspect(tmp_path).coverage
    assert (str(coverage.first.date()), str(coverage.last.date())) == ("2026-01-05", "2026-02-06")
    toml = "[periods]\ndata_from = 2026-01-01\ndata_until = 2026-03-31\n"
    told = inspect(tmp_path, toml).coverage
    assert (str(told.first.date()), str(told.last.date())) == ("2026-01-01", "2026-03-31")


def test_hash_changes_with_every_input_and_with_nothing_else(tmp_path):
    toml = '[sources]\nunused = "unused.csv"\n'
    folder = write(tmp_path, toml, invoice_lines_csv=LINES, accounts_csv="account_id\nA1\nA2\n",
                   unused_csv="x\n")
    (folder / "commentary").mkdir()
    note = folder / "commentary" / "A1.md"
    note.write_text("Good.")
    seen = [inspect_workspace(folder).inputs_hash]

    def changed():
        seen.append(inspect_workspace(folder).inputs_hash)
        return seen[-1] not in seen[:-1]

    (folder / "unused.csv").write_text("y\n")
    (folder / "notes.txt").write_text("not read")
    os.utime(folder / "invoice_lines.csv", (0, 0))
    assert not changed()
    for file, text in ((folder / "invoice_lines.csv", LINES + "2026-02-07,A1,1\n"),
                       (folder / "accounts.csv", "account_id\nA1\nA2\n\n"),
                       (folder / "qbr.toml", (folder / "qbr.toml").read_text() + "# x\n"),
                       (note, "Better."), (folder / "commentary" / "A2.md", "New."),
                       (folder / "contacts.csv", "contact_id,account_id\nC1,A1\n")):
        file.write_text(text)
        assert changed(), file
    (folder / "commentary" / "A2.md").rename(folder / "commentary" / "A3.md")
    assert changed()
    (folder / "contacts.csv").unlink()
    assert changed()


def test_hash_does_not_depend_on_where_the_workspace_lies(tmp_path):
    hashes = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        hashes.add(inspect(tmp_path / name).inputs_hash)
    assert len(hashes) == 1


def test_commentary_is_read_by_account(tmp_path):
    (tmp_path / "commentary").mkdir()
    (tmp_path / "commentary" / "A1.md").write_text("\ufeffWe did *well*.\n", encoding="utf-8")
    (tmp_path / "commentary" / "A2.md").write_text(" \n")
    assert inspect(tmp_path).commentary == {"A1": "We did *well*."}


def test_commentary_that_is_not_utf8_is_read_as_windows_writes_it(tmp_path):
    (tmp_path / "commentary").mkdir()
    (tmp_path / "commentary" / "A1.md").write_bytes("Für Sie – gern".encode("cp1252"))
    assert inspect(tmp_path).commentary == {"A1": "Für Sie – gern"}


def test_commentary_is_read_whatever_wrote_it_and_hidden_notes_stay_hidden(tmp_path):
    written = {
        "A1.md": b"\xef\xbb\xbfDanke\r\n\r\nbis bald\r\n",          # Notepad's UTF-8
        "A%2F2.MD": "Grüße".encode("utf-16"),                       # Notepad's "Unicode"
        "u\u0308.md": b"x<!-- ask Ann\nfirst -->y <!-- unfinished",  # accents taken apart
        "A4.md": b"", "A5.md": b" \r\n\t\n", "A6.md": b"<!-- to be written -->",
        "A7.txt": b"no Markdown"}
    (tmp_path / "commentary" / "A8.md").mkdir(parents=True)
    for name, content in written.items():
        (tmp_path / "commentary" / name).write_bytes(content)
    assert inspect(tmp_path).commentary == {
        "A1": "Danke\r\n\r\nbis bald", "A/2": "Grüße", "ü": "xy"}


def test_files_beside_the_commentary_and_what_is_not_printed_of_it_are_told(tmp_path):
    folder = tmp_path / "commentary"
    folder.mkdir()
    texts = {"A1.md": "[our offer](https://e.com) and <b>more</b>\n\n<div>x</div>",
             "A2.md": "![a](x.png) 5 < 6, [1] and `<i>`", "A3.txt": "no Markdown", "~$A1.md": "x"}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    lines = "invoice_date,account_id,revenue\n" + "".join(
        f"2026-01-05,{one},1\n" for one in ("A1", "A2", "~$A1"))
    told = [one.sentence() for one in inspect(tmp_path, invoice_lines_csv=lines).problems
            if one.table == "commentary"]
    fix = "Write in words what the customer should read"
    assert told == [
        "commentary: files that are not read: 'A3.txt' (1 row). Name each text <account_id>.md",
        f"commentary: a link is printed as its text, without the address: 'A1.md' (1 row). {fix}",
        f"commentary: a picture is not printed: 'A2.md' (1 row). {fix}",
        f"commentary: HTML is not printed, only the text in it: 'A1.md' (1 row). {fix}"]


def test_commentary_of_no_account_is_noted(tmp_path):
    (tmp_path / "commentary").mkdir()
    (tmp_path / "commentary" / "1005.md").write_text("Danke")
    (found,) = [one for one in inspect(tmp_path).problems if one.table == "commentary"]
    assert found.sentence() == ("commentary: there is no account of this name: '1005.md' (1 row). "
                                "Name each file after its account_id")


def test_no_scratch_file_stays(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    workspace = inspect(tmp_path, accounts_csv="account_id,name\nA1,Ü\n".encode("utf-16"))
    assert len(workspace.tables["accounts"]) == 1
    (private,) = scratch.iterdir()                    # for what does not fit into memory
    assert list(private.iterdir()) == []
    if os.name != "nt":
        assert private.stat().st_mode & 0o077 == 0    # nobody else may look
    del workspace
    gc.collect()
    with pytest.raises(QbrError):
        open_workspace(write(tmp_path, accounts_csv=b"\xff\xfe\x00"))
    gc.collect()
    assert list(scratch.iterdir()) == []


def test_what_was_spilled_is_gone_with_the_workspace(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    workspace = inspect(tmp_path)
    workspace.connection.execute("set memory_limit = '60MB'; set threads = 1").fetchall()
    workspace.connection.execute(
        "create table large as select i, md5(i::varchar) as t from range(1500000) r(i) order by t"
    ).fetchall()
    assert list(scratch.iterdir())
    del workspace
    gc.collect()
    assert list(scratch.iterdir()) == []


def test_only_the_contract_stays_in_the_database(tmp_path):
    workspace = inspect(tmp_path, accounts_csv="account_id\nA1\nA2\n")
    found = workspace.connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() union all "
        "select schema_name || '.' || view_name from duckdb_views() where not internal "
        "order by 1").fetchall()
    assert [name for name, in found] == ["contract.accounts", "contract.invoice_lines"]


def test_two_workspaces_are_open_at_once(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = inspect(tmp_path / "one")
    two = inspect(tmp_path / "two", invoice_lines_csv=LINES.replace("A1", "B1"))
    assert [row[1] for row in lines_of(one)] == ["A1", "A2"]
    assert [row[1] for row in lines_of(two)] == ["B1", "A2"]


@pytest.mark.parametrize("name", [
    "order", "Größe 2026", "a.b", 'say "so"', "raw", "contract", "main", "x/y", "select"])
def test_any_name_of_a_source_works(tmp_path, name):
    key = "'" + name + "'"
    quoted = name.replace('"', '""')
    toml = (f"[sources]\n{key} = \"lines.csv\"\n[tables.invoice_lines]\n"
            f"sql = '''select * from \"{quoted}\"'''\n")
    assert len(lines_of(inspect(tmp_path, toml, lines_csv=LINES))) == 2
    plain = f"[sources]\n{key} = \"lines.csv\"\n[tables.invoice_lines]\nsource = {key}\n"
    assert len(lines_of(inspect(tmp_path, plain))) == 2


def test_folder_without_qbr_toml_is_a_setting_error(tmp_path):
    with pytest.raises(SettingError, match=r"no qbr.toml in"):
        open_workspace(tmp_path)
    (tmp_path / "qbr.toml").write_text(COMPANY)
    with pytest.raises(DataError, match="there is no such table"):
        open_workspace(tmp_path)


def test_sample_is_sound():
    workspace = open_workspace(SAMPLE)
    assert set(workspace.tables) | {"invoice_lines"} == set(TABLES)
    assert all(count.refused == 0 for count in workspace.counts.values())


def test_relative_path_of_a_workspace_works_from_its_parent(tmp_path, monkeypatch):
    folder = tmp_path / "work"
    (folder / "data").mkdir(parents=True)
    pd.DataFrame({"account_id": ["A1", "A2"]}).to_parquet(folder / "data" / "a.parquet")
    (tmp_path / "link.parquet").symlink_to(folder / "data" / "a.parquet")
    write(folder, '[sources]\naccounts = "data/a.parquet"\ncontacts = "../link.parquet"\n'
          '[tables.contacts]\ncolumns = { contact_id = "account_id" }\n')
    monkeypatch.chdir(tmp_path)
    workspace = open_workspace("work")
    assert workspace.tables["accounts"]["account_id"].tolist() == ["A1", "A2"]
    assert workspace.tables["contacts"]["contact_id"].tolist() == ["A1", "A2"]
