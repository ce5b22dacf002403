"""The first sheet: who you are in this session, what to do, and until when."""

from __future__ import annotations

import datetime as dt

from qbrkit.report.language import Language

INTERNAL_FOOTER = 200
"""Characters; Excel takes 255 in a footer, its codes included."""


def sheet_names(words: Language) -> tuple[str, str, str]:
    """Names of the three sheets: what to do, facts, scores."""
    return words.say("Read me"), words.say("Facts"), words.say("Scores")


def title(words: Language) -> str:
    """What the workbook is."""
    return words.say("Black ops: score sheet")


def who_and_when(pseudonym: str, department: str, day: dt.date, round_n: int, company: str,
                 words: Language) -> list[tuple[str, str]]:
    """The sheet's rater and session: label and value."""
    return [(words.say("Company"), company), (words.say("You are"), pseudonym),
            (words.say("Department"), department or words.say("not known")),
            (words.say("Session"), words.date(day)),
            (words.say("Round"), words.say("{n} of 2", n=str(round_n)))]


def what_to_do(round_n: int, words: Language) -> list[str]:
    """What a rater does, one step a sentence."""
    facts, scores = sheet_names(words)[1:]
    first = [] if round_n == 1 else [
        words.say("This is the second round. Beside each row you see your own first estimate and "
                  "those of all raters without names. Estimate anew; type your first figures "
                  "again where they still hold.")]
    return [
        *first,
        words.say("Think like a competitor who wants to win each of these accounts from us within "
                  "the next twelve months."),
        words.say("Read the sheet “{facts}” first. It also says what we do not know.",
                  facts=facts),
        words.say("Then fill the yellow cells of the sheet “{scores}”, row by row. Click on a cell "
                  "to read what belongs there. A row is finished when its last cell says so.",
                  scores=scores),
        words.say("If you wrote our plan for an account, choose “{yes}” beside it and leave its "
                  "rows empty: nobody scores their own plan.", yes=yes_no(words)[0]),
        words.say("Leave a whole row empty if you cannot judge it. That is better than a guess "
                  "from nowhere."),
        words.say("Score alone. The scores are blind: speak with nobody about them before the "
                  "session, and write no name into the sheet.") if round_n == 1 else
        words.say("Score alone again. Nobody needs to agree: a good reason to differ is worth "
                  "more than the same figure."),
    ]


def when_to_return(round_n: int, day: dt.date, until: dt.date | None, words: Language) -> str:
    """By when, and to whom, the sheet goes back."""
    if until is not None:
        return words.say("Save the workbook and send it back by {day}, to whoever sent it to you.",
                         day=words.date(until))
    if round_n == 1:
        return words.say("Save the workbook and send it back before the session on {day}, to "
                         "whoever sent it to you.", day=words.date(day))
    return words.say("Save the workbook and send it back within a week, to whoever sent it to "
                     "you.")


def yes_no(words: Language) -> tuple[str, str]:
    """The two words to choose from."""
    return words.say("yes"), words.say("no")


def internal_footer(words: Language) -> str:
    """What stands at the foot of each printed page."""
    return words.say("Internal: never to a customer")[:INTERNAL_FOOTER]


def facts_title(quarter_end: dt.date, words: Language) -> str:
    """What the facts are, and as of when."""
    return words.say("What we know, as of {day}", day=words.date(quarter_end))


def facts_headings(words: Language) -> tuple[str, str, str]:
    """Headings of the facts."""
    return words.say("Account"), words.say("About"), words.say("What we know")
