"""Score sheets: handed out blind, filled, read back into the scores, every fault told."""

import datetime as dt
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from companies import COMPANY, WHOLE_YEARS, company, evenly
from filled import FIRST_ROW, GOOD, fill, fill_all, read_book, save_anew

from qbrkit.errors import QbrError, SettingError
from qbrkit.report.language import CATALOGS, language
from qbrkit.report.score_sheets import instructions, scores
from qbrkit.reviews import review_quarter
from qbrkit.run.cli import qbr
from qbrkit.run.score_sheets.cells import CellError, read_chance, read_ease, read_loss
from qbrkit.run.score_sheets.choice import choose_accounts
from qbrkit.run.score_sheets.endings import outside
from qbrkit.run.score_sheets.first_round import items_of
from qbrkit.run.score_sheets.layout import TEXT_LIMIT, TITLE_LIMIT, text_formula
from qbrkit.run.score_sheets.pseudonyms import PSEUDONYMS, draw_raters
from qbrkit.run.score_sheets.session import COLUMNS
from qbrkit.sources import open_workspace

DAY = "2027-02-10"
EVIL = "=cmd|' /C calc'!A0"
HEAD = ",".join(COLUMNS)
OLD = ('2026-03-18,1,Heron,Sales,A,price,0.2,0.30,0.4,5.00,2,"two\nlines, and ""quotes"""\n')
"""A score of an earlier session, written otherwise than the kit would."""
PANEL = ["--raters", "Sales=3", "--raters", f"{EVIL}=2"]
ROWS = range(FIRST_ROW, FIRST_ROW + 8)   # two accounts with four dimensions each


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A company with two Green Circle accounts, and the sheets of a first round."""
    folder = company(
        tmp_path_factory.mktemp("made") / "company",
        accounts=[{"account_id": "A", "name": "Alpha Osprey Ltd", "territory": "South",
                   "owner": EVIL}, {"account_id": "007", "name": EVIL}, {"account_id": "C"}],
        invoice_lines=[*evenly("A", 500), *evenly("007", 400), *evenly("C", 10)],
        deals=[{"deal_id": f"D{at}", "account_id": "A", "outcome": outcome, "competitor": rival,
                "amount": 10, "close_date": "2026-05-01"} for at, (outcome, rival) in enumerate([
                    ("won", "Brakk"), ("lost", "brakk; Kestrel & Co"), ("no_decision", "Brakk")])],
        complaints=[{"account_id": "A", "date": "2026-12-01", "status": "open"}])
    told = sheets(folder, "--session", DAY, *PANEL)
    assert told.exit_code == 0, told.output
    return folder, told


@pytest.fixture(scope="module")
def opened(made):
    """Its workspace and review."""
    workspace = open_workspace(made[0])
    return workspace, review_quarter(workspace)


@pytest.fixture
def handed(made, tmp_path):
    """A copy of the company and its sheets, to fill."""
    folder = tmp_path / "company"
    shutil.copytree(made[0], folder)
    return folder


def sheets(folder, *arguments):
    return CliRunner().invoke(qbr, ["score-sheets", "--workspace", str(folder), *arguments])


def books(folder, number=1):
    return sorted((folder / "out" / "score_sheets" / f"{DAY}_round{number}").glob("*.xlsx"))


def texts(file):
    with zipfile.ZipFile(file) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def read(folder, *arguments):
    return sheets(folder, "--read", "--session", DAY, "--round", "1", *arguments)


def rater_of(file):
    return file.stem


# --- handed out --------------------------------------------------------------------------

def test_each_rater_gets_a_workbook_and_the_analyst_is_told_the_next_step(made):
    folder, told = made
    files = books(folder)
    assert len(files) == 5
    for file in files:
        assert re.search(rf"(?m)^  {rater_of(file)} +(Sales|{re.escape(EVIL)})$", told.stdout)
    assert "8 rows on 2 accounts" in told.stdout
    assert told.stdout.splitlines()[-1] == (
        f"  qbr score-sheets --read --session {DAY} --round 1 --workspace {folder}")
    assert told.stderr == ""


def test_no_workbook_names_another_rater_and_no_pseudonym_is_a_word_of_the_data(made):
    raters = {rater_of(file) for file in books(made[0])}
    assert raters < set(PSEUDONYMS) - {"Osprey", "Kestrel"}   # an account's and a competitor's
    for file in books(made[0]):
        every = "\n".join(texts(file).values())
        assert rater_of(file) in every
        assert not [one for one in raters - {rater_of(file)} if one in every]


def test_facts_are_those_of_the_account_and_what_is_unknown_is_said(made):
    rows = [row[:3] for row in read_book(books(made[0])[0])["Facts"][2:]]
    first = {row[1]: row[2] for row in rows[:9]}
    assert rows[0][0] == "Alpha Osprey Ltd"   # one gap; the other account has none
    # 4 × 500 in each year
    assert first["Revenue"] == ("€2,000 in the twelve months to December 31, 2026, as much as in "
                                "the year before.")
    # deals without a decision are no meeting that ended
    assert first["Competitors met"] == ("In deals decided in the last two years: Brakk (1 won by "
                                        "us, 1 lost) and Kestrel & Co (0 won by us, 1 lost).")
    assert first["Complaints"] == "1 complaint is open."
    assert first["Contacts"] == "Not known."
    assert first["Contract"] == "Its end is not known."
    second = {row[1]: row[2] for row in rows[9:]}
    assert rows[9][0] == EVIL
    assert second["Territory"] == "Not known."
    assert second["Competitors met"] == "None named in a deal decided in the last two years."
    assert second["Complaints"] == "None is open."


def test_only_cells_to_fill_are_open_and_each_helps_and_refuses(made):
    every = texts(books(made[0])[0])
    part, styles = every["xl/worksheets/sheet3.xml"], every["xl/styles.xml"]
    for number in (1, 2, 3):
        assert "<sheetProtection" in every[f"xl/worksheets/sheet{number}.xml"]
        assert "password" not in every[f"xl/worksheets/sheet{number}.xml"]
        assert "fitToWidth" in (page := every[f"xl/worksheets/sheet{number}.xml"]) or (
            'fitToPage="1"' in page)
    formats = re.findall(r"<xf [^>]*?(?:/>|>.*?</xf>)", styles.partition("<cellXfs")[2])
    is_open = {at for at, one in enumerate(formats) if 'locked="0"' in one}
    open_cells = {cell for cell, style in re.findall(r'<c r="([A-Z]+\d+)" s="(\d+)"', part)
                  if int(style) in is_open}
    # F to K in eight rows; beside the first row of each account whether its plan is one's own
    assert open_cells == {f"{column}{row}" for column in "FGHIJK" for row in ROWS} | {"D4", "D8"}
    assert part.count("<dataValidation ") == 7
    assert "AND(ISNUMBER($F4),$F4&gt;=0,$F4&lt;=1,OR($G4=\"\",$F4&lt;=$G4)" in part
    assert "1,2,3,4,5" in part
    assert part.count("prompt=") == part.count("error=") == 7
    assert 'topLeftCell="F4"' in part
    assert 'orientation="landscape"' in part
    assert "0 of 8 rows are finished" in part
    assert '<sheet name="qbr" sheetId="4" state="veryHidden"' in every["xl/workbook.xml"]


def test_texts_of_the_data_are_never_formulas(made):
    for file in books(made[0]):
        every = texts(file)
        formulas = re.findall("<f>(.*?)</f>", "".join(every.values()))
        assert formulas
        assert not [one for one in formulas if "cmd" in one]
        assert "cmd|" in every["xl/sharedStrings.xml"]


def test_same_inputs_give_the_same_bytes_and_sheets_are_not_overwritten_unasked(handed):
    before = {file.name: file.read_bytes() for file in books(handed)}
    fill_all(books(handed)[0])
    told = sheets(handed, "--session", DAY, *PANEL)
    assert told.exit_code == 2
    assert "holds 5 sheets of this round already, 1 of them filled in" in told.stderr
    assert "--force" in told.stderr
    folder = books(handed)[0].parent
    shutil.copy(books(handed)[0], folder / "of an earlier draw.xlsx")
    own = folder / "who is who.xlsx"
    own.write_bytes(b"the analyst's list")
    assert sheets(handed, "--session", DAY, *PANEL, "--force").exit_code == 0
    assert own.read_bytes() == b"the analyst's list"
    own.unlink()
    assert {file.name: file.read_bytes() for file in books(handed)} == before
    books(handed)[0].write_bytes(b"filled, and protected by a password")
    assert "holds 5 sheets" in sheets(handed, "--session", DAY, *PANEL).stderr


@pytest.mark.parametrize(("arguments", "message"), [
    ([], "give the day of the session and who rates"),
    (["--session", DAY], "--raters is missing"),
    (["--session", DAY, "--raters", "Sales", "--raters", "IT=0"], "--raters 'IT=0'"),
    (["--session", DAY, "--raters", "IT=3", "--raters", "IT=1"], "IT is given twice"),
    (["--session", DAY, "--raters", "IT=2"], "with 2 raters no statistic is possible"),
    (["--session", DAY, *PANEL, "--back-by", "2027-02-11"], "lies after the session"),
    (["--session", DAY, *PANEL, "--account", "A", "--most", "1"], "leave out --most"),
    (["--session", DAY, "--round", "2"], "no scores of round 1"),
    (["--session", DAY, "--round", "2", *PANEL], "leave out --raters"),
    (["--read", "--most", "2"], "leave out --most"),
    (["--read", "nowhere"], "there is no folder nowhere"),
    (["--read", "--session", "2020-01-01"], "no sheets were written"),
])
def test_wrong_request_is_told_in_a_sentence_and_nothing_is_written(made, tmp_path, arguments,
                                                                    message):
    told = sheets(made[0], *arguments, "--out", str(tmp_path / "out"))
    assert told.exit_code == 2
    assert told.stderr.startswith("Error: ")
    assert message in told.stderr
    assert not (tmp_path / "out" / "score_sheets").exists()


@pytest.mark.parametrize(("wanted", "territory", "message"), [
    (["A", "C"], "", "not Green Circle in 2026Q4: C"), (["X"], "", "--account: there is no 'X'"),
    ([], "North", "there are South")])
def test_account_that_cannot_be_chosen_is_told(opened, wanted, territory, message):
    with pytest.raises(QbrError, match=message):
        choose_accounts(*opened, wanted, territory, 6)


def test_accounts_are_those_asked_for_or_those_with_most_gaps(opened):
    assert choose_accounts(*opened, [EVIL, "A", "007"], "", 1) == ["007", "A"]
    # only A has a gap, a complaint that is open; and it is the only one of a territory
    assert choose_accounts(*opened, [], "", 6) == ["A", "007"]
    assert choose_accounts(*opened, [], "", 1) == ["A"]
    assert choose_accounts(*opened, [], " SOUTH", 6) == ["A"]
    workspace, review = opened   # without any gap the larger comes first, whatever its id
    assert choose_accounts(workspace, replace(review, gaps=review.gaps.head(0)), [], "",
                           6) == ["A", "007"]


def test_small_panel_is_warned_of_and_written(made, tmp_path):
    told = sheets(made[0], "--session", DAY, "--raters", "IT=3", "--territory", "south",
                  "--most", "1", "--out", str(tmp_path))
    assert told.exit_code == 0
    assert "3 raters from 1 department; below 5 raters from 2 departments" in told.stderr
    assert "4 rows on 1 account:" in told.stdout


def test_session_that_the_page_will_not_show_is_warned_of(made, tmp_path):
    def hand_out(day):
        return sheets(made[0], "--session", day, *PANEL, "--out", str(tmp_path / day))

    # 2026Q4 is reviewed in 2027Q1: its page shows sessions until the end of March
    told = hand_out("2027-04-01")
    assert told.exit_code == 0
    assert "the page of 2026Q4 shows sessions until 2027-03-31" in told.stderr
    assert [outside(dt.date.fromisoformat(day), pd.Period("2026Q4"))
            for day in ("2026-10-01", "2027-03-31")] == ["", ""]
    assert "lies before 2026Q4" in outside(dt.date(2026, 9, 30), pd.Period("2026Q4"))
    told = hand_out("31.3.2027")
    assert "'31.3.2027' is no day; write it as 2026-11-30" in told.stderr


def test_pseudonyms_are_drawn_by_the_session_and_are_no_other_department_s():
    day = dt.date(2027, 2, 10)
    drawn = draw_raters({"Sales": 3, "Service": 2}, day, {})
    assert drawn == draw_raters({"Sales": 3, "Service": 2}, day, {})
    assert drawn == draw_raters({"Sales": 3, "Service": 2, "IT": 1}, day, {})[:5]
    assert drawn != draw_raters({"Sales": 3, "Service": 2}, dt.date(2027, 2, 11), {})
    assert len({rater.name for rater in drawn}) == 5
    names = [rater.name for rater in drawn]

    def given(session, department):
        return {"black_ops_scores": pd.DataFrame({
            "session_date": pd.to_datetime([session] * 5), "rater": names,
            "department": department})}

    other = draw_raters({"Sales": 3, "Service": 2}, day, given("2027-02-10", "Purchasing"))
    assert not {rater.name for rater in other} & set(names)
    assert draw_raters({"Sales": 5}, day, given("2027-02-10", "Sales"))[0].name == names[0]
    earlier = draw_raters({"Sales": 5}, day, given("2026-09-15", "Sales"))
    assert not {rater.name for rater in earlier} & set(names)   # would look like the same people
    with pytest.raises(SettingError, match="too few"):
        draw_raters({"Sales": len(PSEUDONYMS) + 1}, day, {})


# --- read back ---------------------------------------------------------------------------

def test_filled_sheets_become_scores_and_no_other_row_changes(handed):
    file = handed / "black_ops_scores.csv"
    before = f"{HEAD}\n{OLD}".replace("\n2026", "\r\n2026").encode()[:-1]   # without a last end
    file.write_bytes(before)
    first, second, third, *empty = books(handed)
    fill_all(first, probability_low=0, probability_high=1, loss=1234.5)
    # the plan of A is this rater's own; the second account has one row without a move
    fill(second, {4: {"is_own_plan": "yes"}, 8: GOOD | {"move": "  "}, 9: GOOD})
    fill(third, {4: GOOD | {"probability_low": "5 %", "probability_best": " 12,5%", "ease": "4",
                            "move": EVIL}})
    told = read(handed)
    assert told.exit_code == 0, told.output
    assert "3 raters from" in told.stdout
    assert "11 scores" in told.stdout
    assert f"{rater_of(second)}: 2 scores, 2 rows left empty, wrote the plan of A, left out, " \
           "1 without a move" in told.stdout
    assert f"{rater_of(third)}: 1 score, 7 rows left empty" in told.stdout
    assert f"{rater_of(empty[0])}: not filled in yet" in told.stdout
    assert "2 sheets are not filled in yet: put what comes back" in told.stdout
    assert "11 rows added" in told.stdout
    assert f"qbr score-sheets --session {DAY} --round 2 --workspace" in told.stdout
    assert file.read_bytes().startswith(before + b"\r\n" if b"\r\n" in before else before)
    written = pd.read_csv(file, dtype=str, keep_default_na=False)
    assert tuple(written) == COLUMNS
    rows = written[written["rater"] == rater_of(third)].to_dict("records")
    (department,) = (row[1] for row in read_book(third)["qbr"] if row[0] == "department")
    assert rows == [{"session_date": DAY, "round": "1", "rater": rater_of(third),
                     "department": department, "account_id": "A", "dimension": "price",
                     "probability_low": "0.05", "probability_best": "0.125",
                     "probability_high": "0.4", "loss": "1000.00", "ease": "4", "move": EVIL}]
    assert set(written["account_id"]) == {"A", "007"}
    assert len(written[written["rater"] == rater_of(first)]) == 8


def test_sheets_read_twice_add_nothing_and_changed_ones_only_by_force(handed):
    first, second, *_ = books(handed)
    fill(first, {4: GOOD})
    fill(second, {4: GOOD})
    assert read(handed).exit_code == 0
    file = handed / "black_ops_scores.csv"
    before = file.read_bytes()
    told = read(handed)
    assert told.exit_code == 0
    assert "nothing was changed" in told.stdout
    assert file.read_bytes() == before
    fill(first, {5: GOOD})   # more of the same rater is no contradiction
    told = read(handed)
    assert "1 row added, 2 stood there already" in told.stdout
    save_anew(second, lambda book: book["Scores"][3].__setitem__(8, 77))
    before = file.read_bytes()
    told = read(handed)
    assert told.exit_code == 2
    assert f"scores of {rater_of(second)} of {DAY}, round 1, stand there otherwise" in told.stderr
    assert file.read_bytes() == before
    told = read(handed, "--force")
    assert told.exit_code == 0
    assert "1 row added, 1 old row taken out, 2 stood there already" in told.stdout
    written = pd.read_csv(file, dtype=str)
    assert written.loc[written["rater"] == rater_of(second), "loss"].tolist() == ["77.00"]
    assert len(written) == 3


def test_rows_and_columns_may_have_moved_and_another_language_is_read_the_same(tmp_path):
    folder = company(tmp_path / "c", toml='language = "de"\n' + WHOLE_YEARS, head=COMPANY,
                     accounts=[{"account_id": "A"}], invoice_lines=evenly("A", 500))
    assert sheets(folder, "--session", DAY, *PANEL).exit_code == 0
    file, other, *_ = books(folder)
    words = language("de")
    *_, name = instructions.sheet_names(words)
    assert "10. Februar 2027" in [row[1] for row in next(iter(read_book(file).values()))]
    yes = instructions.yes_no(words)[0]

    def jumble(sheets):
        rows = sheets[name]
        for at, row in enumerate(rows[3:]):
            for column, key in enumerate(rows[0]):
                if key in GOOD:
                    row[column] = GOOD[key] if key != "ease" else at + 1
        rows[3:] = rows[:2:-1]                       # sorted the other way round
        sheets[name] = [["", *reversed(row)] for row in rows]

    save_anew(file, jumble)
    save_anew(other, lambda sheets: sheets[name][3].__setitem__(3, yes))
    told = read(folder)
    assert told.exit_code == 0, told.output
    assert f"{rater_of(other)}: 0 scores, wrote the plan of A, left out" in told.stdout
    written = pd.read_csv(folder / "black_ops_scores.csv")
    assert dict(zip(written["dimension"], written["ease"], strict=True)) == {
        "price": 1, "delivery": 2, "technology": 3, "relationship": 4}


def test_every_fault_of_every_sheet_is_told_at_once_and_nothing_is_written(handed):
    a, b, c, d, e = books(handed)
    fill(a, {4: GOOD | {"probability_best": 0.6, "probability_high": 0.5}, 5: {"move": "x"},
             6: GOOD | {"probability_low": "low", "loss": "1.000 €", "ease": 2.5},
             7: GOOD | {"probability_low": 0.001, "probability_high": 40, "loss": -1,
                        "move": "y" * 201, "ease": "6"},
             8: {"is_own_plan": "perhaps"}})

    def unfit(book):
        rows = book["Scores"]
        rows.append(rows[3][:])
        rows.append(["Z", "price"] + [""] * (len(rows[0]) - 2))

    save_anew(b, unfit)
    save_anew(c, lambda book: book["qbr"].__setitem__(1, ["company", "Another"]))
    save_anew(d, lambda book: book["qbr"].__setitem__(2, ["session_date", "2026-03-18"]))
    save_anew(e, lambda book: book["qbr"].__setitem__(0, ["format", "qbrkit score sheet 0"]))
    shutil.copy(a, a.with_name("copy.xlsx"))
    b.with_name("list.xlsx").write_bytes((Path(__file__)).read_bytes())
    save_anew(shutil.copy(b, b.with_name("other.xlsx")), lambda book: book.pop("qbr"))
    b.with_name(f"~${b.name}").write_bytes(b"lock")
    b.with_name("mail.msg").write_bytes(b"mail")
    told = read(handed)
    assert told.exit_code == 2
    for sentence in [
            f"{a.name}, Scores, row 4: the best guess, 60%, is above the chance “at most”, 50%;",
            f"{a.name}, Scores, row 5: the chance “at least”, the best guess, the chance “at "
            "most”, the loss and the ease are missing; fill the row, or leave all of it empty",
            f"{a.name}, Scores, row 6: the chance “at least” is the text 'low'; allowed are 0 to",
            f"{a.name}, Scores, row 6: the loss is the text '1.000 €'; allowed is a number",
            f"{a.name}, Scores, row 6: the ease is 2.5; allowed are 1, 2, 3, 4 and 5",
            f"{a.name}, Scores, row 7: the chance “at least” is 0.1%, which is hardly meant",
            f"{a.name}, Scores, row 7: the chance “at most” is 40, that is 4000%; allowed are 0",
            f"{a.name}, Scores, row 7: the loss is -1; allowed is a number of 0 or more",
            f"{a.name}, Scores, row 7: the ease is the text '6'; allowed are 1, 2, 3, 4 and 5",
            f"{a.name}, Scores, row 7: the move has 201 characters; allowed are 200",
            f"{a.name}, Scores, row 8: the answer whether this rater wrote the plan is 'perhaps'; "
            "allowed are yes, no and nothing",
            f"{b.name}, Scores, row 13: Z with 'price' was not asked for",
            f"{b.name}, Scores, rows 4, 12: are all A with 'price'; keep one of them",
            f"{c.name}: is of Another, and this workspace is of Supplier & Söhne",
            f"{d.name}: is of the session of 2026-03-18, round 1; read are those of {DAY}",
            f"{e.name}: was made by another version of the kit (qbrkit score sheet 0;",
            f"copy.xlsx: is of {rater_of(a)}, as is {a.name}; keep the one that counts",
            "list.xlsx: cannot be read as a workbook", "other.xlsx: is no score sheet of qbr",
            "Nothing was written; mend this and read again."]:
        assert sentence in told.stderr, f"{sentence}\n{told.stderr}"
    assert not (handed / "black_ops_scores.csv").exists()


def test_sheet_that_is_wrong_all_over_does_not_hide_the_others(handed):
    first, second, *_ = books(handed)
    fill_all(first, loss="much", ease=9)   # two faults in each of eight rows
    fill(second, {4: GOOD | {"ease": 7}})
    told = read(handed)
    assert told.stderr.count(f"{first.name}, Scores, row") == 12
    assert f"{first.name}: 4 more of this kind; let {rater_of(first)} fill it anew" in told.stderr
    assert f"{second.name}, Scores, row 4: the ease is 7" in told.stderr


def test_what_is_no_workbook_is_passed_over_and_told(handed):
    first, *_ = books(handed)
    fill_all(first)
    first.with_name(f"~${first.name}").write_bytes(b"lock")
    first.with_name("mail.msg").write_bytes(b"mail")
    first.with_name(".DS_Store").write_bytes(b"")
    told = sheets(handed, "--read", str(first.parent))
    assert told.exit_code == 0, told.output
    assert f"{first.name} is open in Excel" in told.stdout
    assert "mail.msg: is no workbook and was not read" in told.stdout
    assert "DS_Store" not in told.stdout
    assert "Warning: 1 rater from 1 department" in told.stdout


def test_folder_without_a_score_is_told(handed):
    assert "none of the 5 sheets" in read(handed).stderr
    for file in books(handed):
        file.unlink()
    told = read(handed)
    assert told.exit_code == 2
    assert "there is no workbook in" in told.stderr


@pytest.mark.parametrize("how", ["other columns", "mapped"])
def test_scores_that_come_from_elsewhere_are_written_apart_and_the_analyst_is_told(handed, how):
    toml, old = handed / "qbr.toml", handed / "black_ops_scores.csv"
    if how == "mapped":
        old = handed / "panel.csv"
        toml.write_text(toml.read_text("utf-8") + '\n[sources]\npanel = "panel.csv"\n'
                        '[tables.black_ops_scores]\nsource = "panel"\n', "utf-8")
    old.write_text(f"{HEAD};note\n".replace(",", ";"), "utf-8")
    before = old.read_bytes()
    fill_all(books(handed)[0])
    for _ in range(2):
        told = read(handed)
        assert told.exit_code == 0, told.output
        apart = handed / "out" / "score_sheets" / f"black_ops_scores_{DAY}_round1.csv"
        assert len(pd.read_csv(apart)) == 8
        assert f"add the rows of {apart} to its source" in told.stdout
    assert old.read_bytes() == before


# --- the second round --------------------------------------------------------------------

def test_second_round_shows_one_s_own_scores_and_those_of_all_without_names(handed):
    for best, file in zip([0.2, 0.3, 0.6], books(handed)[:3], strict=True):
        fill(file, dict.fromkeys(ROWS, GOOD | {"probability_best": best, "probability_low": best,
                                               "probability_high": best, "loss": best * 1000}))
    third = books(handed)[2]
    assert read(handed).exit_code == 0
    told = sheets(handed, "--session", DAY, "--round", "2")
    assert told.exit_code == 0, told.output
    assert "below 5 raters" in told.stderr
    names = [rater_of(file) for file in books(handed, 2)]
    assert names == sorted(rater_of(file) for file in books(handed)[:3])
    file = third.parent.with_name(f"{DAY}_round2") / third.name
    cells = [str(cell) for cell in read_book(file)["Scores"][3]]
    assert "chance 60% – 60% – 60%\nloss €600, ease 3\nundercut us" in cells
    # best guesses 20, 30, 60 %: the median is 30 %; losses 200, 300, 600
    assert "best guess 20% to 60%, median 30%\nloss €200 to €600, median €300" in cells
    every = "".join(texts(file).values())
    assert not [one for one in names if one != file.stem and one in every]
    assert "second round" in every
    fill_all(file)
    told = sheets(handed, "--read", "--session", DAY, "--round", "2")
    assert told.exit_code == 0, told.output
    assert "counter_measures.csv, with the columns session_date, account_id, dimension, measure" \
        in told.stdout
    assert "--round 2" not in told.stdout
    assert set(pd.read_csv(handed / "black_ops_scores.csv")["round"]) == {1, 2}
    told = sheets(handed, "--session", DAY, *PANEL)
    assert "3 raters have scored round 1 of" in told.stderr
    assert f"qbr score-sheets --session {DAY} --round 2" in told.stderr
    told = sheets(handed, "--read", "--session", DAY)
    assert "sheets of several rounds were written" in told.stderr
    assert f"say which, as --session {DAY} --round 2" in told.stderr


def test_second_round_keeps_the_order_of_the_dimensions_whatever_was_left_empty():
    scores = pd.DataFrame([("B", "speed"), ("B", "delivery"), ("A", "price"), ("B", "price")],
                          columns=["account_id", "dimension"])
    assert items_of(scores, ("price", "delivery")) == (
        ("B", "price"), ("B", "delivery"), ("B", "speed"), ("A", "price"))


# --- parts -------------------------------------------------------------------------------

@pytest.mark.parametrize(("reader", "value", "result"), [
    (read_chance, 0.4, 0.4), (read_chance, 0, 0), (read_chance, 1, 1), (read_chance, 0.01, 0.01),
    (read_chance, "40 %", 0.4), (read_chance, "100%", 1), (read_loss, 0, 0),
    (read_loss, 12.345, 12.35), (read_ease, 5.0, 5), (read_ease, "1", 1)])
def test_cell_is_read(reader, value, result):
    assert reader(value) == pytest.approx(result)


@pytest.mark.parametrize(("reader", "value", "message"), [
    (read_chance, "40", "the text '40'"), (read_chance, "0,4", "the text"),
    (read_chance, 1.5, "150%"), (read_chance, 101, "10100%"), (read_chance, -0.1, "-10%"),
    (read_chance, 0.004, "hardly meant"), (read_chance, "400 %", "400%"),
    (read_chance, True, "TRUE"), (read_chance, dt.date(2026, 5, 1), "date or time"),
    (read_chance, float("nan"), "text"), (read_loss, float("inf"), "inf"),
    (read_loss, "#N/A", "#N/A"), (read_ease, 0, "is 0"), (read_ease, "2.0", "text"),
    (read_ease, False, "FALSE")])
def test_cell_that_cannot_be_read_says_why(reader, value, message):
    with pytest.raises(CellError, match=re.escape(message)):
        reader(value)


def test_formula_has_its_numbers_where_the_language_has_them():
    assert text_formula('of {total} "rows" {n}', {"n": "A1", "total": "B1"}) == (
        '"of "&B1&" ""rows"" "&A1')


@pytest.mark.parametrize("code", ["en", *sorted(file.stem for file in CATALOGS.glob("*.po"))])
def test_messages_of_cells_fit_into_excel_in_every_language(code):
    words = language(code)
    for text in (*scores.prompts("EUR", words).values(), *scores.refusals(words).values()):
        assert len(text) <= TEXT_LIMIT, text
    for text in (*scores.headings("EUR", words).values(), *instructions.sheet_names(words)):
        assert len(text) < TITLE_LIMIT, text
    assert not set("[]:*?/\\'") & set("".join(instructions.sheet_names(words)))
    assert len(set(instructions.sheet_names(words))) == 3
    assert not [word for word in instructions.yes_no(words) if "," in word]
    assert scores.progress(words).count("{n}") == scores.progress(words).count("{total}") == 1
    assert scores.states(words)["some"].count("{n}") == 1
