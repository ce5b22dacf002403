"""The sheet that is filled in: one row per account and dimension, with help in every cell."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from qbrkit.report.language import Language
from qbrkit.report.score_sheets import instructions, scores
from qbrkit.run.score_sheets.layout import finish, fits, quoted, text_formula
from qbrkit.run.score_sheets.session import (
    CHANCES,
    FILLED,
    LONGEST_MOVE,
    OWN_PLAN,
    ROW_KEYS,
    Rater,
    Round,
)
from qbrkit.run.score_sheets.told import Told

KEYS_ROW, PROGRESS_ROW, HEAD_ROW, FIRST_ROW = 0, 1, 2, 3
HIDDEN = ("account_id", "dimension")
WIDTHS = {"account": 28, OWN_PLAN: 10, "where": 14, "own_first": 26, "all_first": 44,
          **dict.fromkeys(CHANCES, 11), "loss": 15, "ease": 9, "move": 44, "state": 16}
KIND = {OWN_PLAN: "choice", **dict.fromkeys(CHANCES, "chance"), "loss": "money",
        "ease": "choice", "move": "words"}
NUMBERS = FILLED[:-1]
"""What has to be filled; a move may be left empty."""


def write_scores(book: xlsxwriter.Workbook, formats: dict[str, Format], handed: Round,
                 rater: Rater, told: Told) -> None:
    """Add the sheet of the scores to a workbook.

    Parameters
    ----------
    book : Workbook
        The workbook.
    formats : dict of str to Format
        From `layout.add_formats`.
    handed, rater : Round, Rater
        The round, and whose sheet it is.
    told : Told
        Words, and what accounts and dimensions are called.
    """
    words, currency = told.words, told.currency
    sheet = book.add_worksheet(instructions.sheet_names(words)[2])
    shown = ["account", OWN_PLAN, "where", *(("own_first", "all_first") if handed.number > 1
                                             else ()), *FILLED, "state"]
    place = {name: at for at, name in enumerate((*HIDDEN, *shown))}
    _write_head(sheet, formats, place, scores.headings(currency, words))
    at = FIRST_ROW
    for _, items in groupby(handed.items, key=lambda item: item[0]):
        count = len(list(items))
        own = xl_rowcol_to_cell(at, place[OWN_PLAN], row_abs=True, col_abs=True)
        _mark(sheet, formats, place, at, at + count - 1, own, words)
        for row in range(at, at + count):
            about = _about(handed, rater, handed.items[row - FIRST_ROW], told)
            _write_row(sheet, formats, place, row, about, is_first=row == at)
            _write_state(sheet, formats, place, row, own, words)
        at += count
    _validate(sheet, place, at - 1, scores.headings(currency, words),
              scores.prompts(currency, words), scores.refusals(words),
              instructions.yes_no(words))
    _write_progress(sheet, formats, place, at - 1, rater, handed.number, words)
    sheet.freeze_panes(FIRST_ROW, place["where"] + 1)
    sheet.repeat_rows(HEAD_ROW)
    finish(sheet, instructions.internal_footer(words), landscape=True)


def _about(handed: Round, rater: Rater, item: tuple[str, str], told: Told) -> dict[str, str]:
    """What stands in the cells of a row that are not filled in."""
    account, dimension = item
    about = {"account_id": account, "dimension": dimension, "account": told.accounts[account],
             "where": told.dimensions[dimension]}
    if handed.number == 1:
        return about
    own = handed.own_first.get(rater.name, {}).get(item)
    return about | {
        "own_first": scores.own_first(own, told.currency, told.words),
        "all_first": scores.all_first(handed.all_first.get(item), told.currency, told.words)}


def _write_head(sheet: Worksheet, formats: dict[str, Format], place: Mapping[str, int],
                headings: Mapping[str, str]) -> None:
    for name, column in place.items():
        if name in ROW_KEYS:
            sheet.write_string(KEYS_ROW, column, name)
        if name in HIDDEN:
            sheet.set_column(column, column, None, None, {"hidden": True})
        else:
            sheet.set_column(column, column, WIDTHS[name])
            sheet.write_string(HEAD_ROW, column, headings[name], formats["head"])
    sheet.set_row(KEYS_ROW, None, None, {"hidden": True})


def _write_row(sheet: Worksheet, formats: dict[str, Format], place: Mapping[str, int], row: int,
               told: Mapping[str, Any], is_first: bool) -> None:
    """One row: what it is about, and empty cells to fill."""
    for name, text in told.items():
        kind = "first" if name == "account" and is_first else "cell"
        sheet.write_string(row, place[name], text, formats[kind])
    for name in (OWN_PLAN, *FILLED):
        is_open = name != OWN_PLAN or is_first  # asked once per account, beside its first row
        sheet.write_blank(row, place[name], None, formats[KIND[name] if is_open else "shut"])


def _write_state(sheet: Worksheet, formats: dict[str, Format], place: Mapping[str, int],
                 row: int, own: str, words: Language) -> None:
    """Whether the row is finished, calculated."""
    first, last = (xl_rowcol_to_cell(row, place[name]) for name in (NUMBERS[0], NUMBERS[-1]))
    move = xl_rowcol_to_cell(row, place["move"])
    told = scores.states(words)
    filled = f"COUNTA({first}:{last})"
    some = text_formula(told["some"], {"n": f"({len(NUMBERS)}-{filled})"})
    sheet.write_formula(row, place["state"], (
        f"=IF({own}={quoted(instructions.yes_no(words)[0])},{quoted(told['own'])},"
        f"IF({filled}={len(NUMBERS)},{quoted(told['full'])},"
        f"IF(AND({filled}=0,{move}=\"\"),{quoted(told['empty'])},{some})))"),
        formats["cell"], told["empty"])


def _write_progress(sheet: Worksheet, formats: dict[str, Format], place: Mapping[str, int],
                    last: int, rater: Rater, number: int, words: Language) -> None:
    """The rater, and how many rows are finished, calculated."""
    column = xl_col_to_name(place["state"])
    rows, told = f"{column}{FIRST_ROW + 1}:{column}{last + 1}", scores.states(words)
    sheet.write_string(PROGRESS_ROW, place["account"],
                       scores.whose(rater.name, number, words), formats["title"])
    message, total = scores.progress(words), last + 1 - FIRST_ROW
    sheet.write_formula(PROGRESS_ROW, place["probability_low"], "=" + text_formula(message, {
        "n": f"COUNTIF({rows},{quoted(told['full'])})",
        "total": f"({total}-COUNTIF({rows},{quoted(told['own'])}))"}),
        formats["label"], message.format(n=0, total=total))


def _mark(sheet: Worksheet, formats: dict[str, Format], place: Mapping[str, int], first: int,
          last: int, own: str, words: Language) -> None:
    """Yellow is what is still empty; gray are the rows of an account that is not one's to score."""
    yes = quoted(instructions.yes_no(words)[0])
    cell = xl_rowcol_to_cell(first, place[FILLED[0]])
    filled = (first, place[FILLED[0]], last, place["move"])
    sheet.conditional_format(*filled, {
        "type": "formula", "criteria": f"={own}={yes}", "format": formats["set_aside"],
        "stop_if_true": True})
    sheet.conditional_format(*filled, {
        "type": "formula", "criteria": f'={cell}=""', "format": formats["to_fill"]})


def _validate(sheet: Worksheet, place: Mapping[str, int], last: int,
              headings: Mapping[str, str], prompts: Mapping[str, str],
              refusals: Mapping[str, str], yes_no: tuple[str, str]) -> None:
    """Help in each cell, and a refusal of what cannot stand in it."""
    low, best, high = (xl_rowcol_to_cell(FIRST_ROW, place[name], col_abs=True)
                       for name in CHANCES)

    def ordered(cell: str, *rules: str) -> dict[str, Any]:
        return {"validate": "custom", "value": (
            f"=AND(ISNUMBER({cell}),{cell}>=0,{cell}<=1,{','.join(rules)})")}

    rules: dict[str, dict[str, Any]] = {
        OWN_PLAN: {"validate": "list", "source": list(yes_no)},
        CHANCES[0]: ordered(low, f'OR({best}="",{low}<={best})', f'OR({high}="",{low}<={high})'),
        CHANCES[1]: ordered(best, f'OR({low}="",{low}<={best})',
                            f'OR({high}="",{best}<={high})'),
        CHANCES[2]: ordered(high, f'OR({low}="",{low}<={high})',
                            f'OR({best}="",{best}<={high})'),
        "loss": {"validate": "decimal", "criteria": ">=", "value": 0},
        "ease": {"validate": "list", "source": ["1", "2", "3", "4", "5"]},
        "move": {"validate": "length", "criteria": "<=", "value": LONGEST_MOVE},
    }
    for name, rule in rules.items():
        prompt, refusal = (fits(headings[name], text) for text in (prompts[name], refusals[name]))
        sheet.data_validation(FIRST_ROW, place[name], last, place[name], {
            **rule, "input_title": prompt["title"], "input_message": prompt["text"],
            "error_title": refusal["title"], "error_message": refusal["text"]})
