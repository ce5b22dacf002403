"""One workbook for one rater: what to do, the facts, the scores, and the hidden keys."""

import datetime as dt
import io

import xlsxwriter
from xlsxwriter.format import Format

from qbrkit.report.language import Language
from qbrkit.report.score_sheets import instructions
from qbrkit.run.score_sheets.layout import add_formats, finish
from qbrkit.run.score_sheets.scores_sheet import write_scores
from qbrkit.run.score_sheets.session import FORMAT, ITEM, KEYS_SHEET, Rater, Round
from qbrkit.run.score_sheets.told import Told


def make_workbook(handed: Round, rater: Rater, told: Told) -> bytes:
    """The workbook of one rater; the same bytes for the same session and facts.

    Parameters
    ----------
    handed : Round
        The round.
    rater : Rater
        Whose workbook it is; nobody else's pseudonym is in it.
    told : Told
        Words and facts.

    Returns
    -------
    bytes
        An ``.xlsx`` file.
    """
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False}) as book:
        book.set_properties({"title": instructions.title(told.words), "created":
                             dt.datetime(handed.day.year, handed.day.month, handed.day.day)})
        formats = add_formats(book)
        _write_instructions(book, formats, handed, rater, told)
        _write_facts(book, formats, handed, told)
        write_scores(book, formats, handed, rater, told)
        _write_keys(book, handed, rater, told.words)
    return written.getvalue()


def _write_instructions(book: xlsxwriter.Workbook, formats: dict[str, Format], handed: Round,
                        rater: Rater, told: Told) -> None:
    words = told.words
    sheet = book.add_worksheet(instructions.sheet_names(words)[0])
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, instructions.title(words), formats["title"])
    about = instructions.who_and_when(rater.name, rater.department, handed.day, handed.number,
                                      handed.company, words)
    for at, (label, value) in enumerate(about, start=2):
        sheet.write_string(at, 0, label, formats["label"])
        sheet.write_string(at, 1, value,
                           formats["pseudonym" if value == rater.name else "text"])
    steps = [*instructions.what_to_do(handed.number, words),
             instructions.when_to_return(handed.number, handed.day, handed.until, words)]
    for number, step in enumerate(steps, start=1):
        at = len(about) + 2 + number
        sheet.write_string(at, 0, f"{number}.", formats["label"])
        sheet.write_string(at, 1, step, formats["text"])
    finish(sheet, instructions.internal_footer(words), landscape=False)


def _write_facts(book: xlsxwriter.Workbook, formats: dict[str, Format], handed: Round,
                 told: Told) -> None:
    words = told.words
    sheet = book.add_worksheet(instructions.sheet_names(words)[1])
    for column, width in enumerate((30, 22, 85)):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, instructions.facts_title(told.as_of, words), formats["title"])
    for column, heading in enumerate(instructions.facts_headings(words)):
        sheet.write_string(1, column, heading, formats["head"])
    at = 2
    for account in handed.accounts:
        for number, (topic, sentence) in enumerate(told.facts[account]):
            sheet.write_string(at, 0, told.accounts[account] if number == 0 else "",
                               formats["first"])
            sheet.write_string(at, 1, topic, formats["cell"])
            sheet.write_string(at, 2, sentence, formats["cell"])
            at += 1
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(1)
    finish(sheet, instructions.internal_footer(words), landscape=True)


def _write_keys(book: xlsxwriter.Workbook, handed: Round, rater: Rater, words: Language) -> None:
    """Whose sheet it is and what it asks for, for the reader alone."""
    yes, no = instructions.yes_no(words)
    about = {"format": FORMAT, "company": handed.company,
             "session_date": f"{handed.day:%Y-%m-%d}", "round": str(handed.number),
             "rater": rater.name, "department": rater.department, "yes": yes, "no": no}
    sheet = book.add_worksheet(KEYS_SHEET)
    rows = [*about.items(), *((ITEM, *item) for item in handed.items)]
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write_string(at, column, value)
    sheet.protect()
    sheet.very_hidden()
