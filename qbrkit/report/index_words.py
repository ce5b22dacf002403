"""What the index of a batch says, in the language of the company.

The manifest is for machines and stays as it is: codes, and sentences in English.
"""

from collections.abc import Iterator, Mapping

from qbrkit.report.language import Language


def labels(words: Language) -> dict[str, str]:
    """Headings, captions and other fixed words of the index, by the name its template uses."""
    return {
        "band": words.say("INTERNAL: not for customers"),
        "page": words.say("Page"), "of": words.say("of"),
        "pages": words.say("Which pages are there, and which need a hand?"),
        "pages_caption": words.say("Pages of the batch, failed ones first"),
        "account": words.say("Account"), "manager": words.say("Manager"),
        "status": words.say("Status"), "missing": words.say("What is missing or went wrong"),
        "gaps": words.say("Could be better with"), "seconds": words.say("Time, s"),
        "open": words.say("Open the page"), "everyone": words.say("All accounts"),
        "no_pages": words.say("No page was asked for: no account is in the batch."),
        "problems": words.say("What is wrong in the exports?"),
        "problems_caption": words.say("Problems found in the data"),
        "table": words.say("Table"), "column": words.say("Column"),
        "problem": words.say("Problem"), "rows": words.say("Rows"), "money": words.say("Money"),
        "no_problems": words.say("No problem was found in the exports."),
    }


def title(quarter: str, is_partial: bool, words: Language) -> str:
    """What the index is called."""
    if is_partial:
        return words.say("Reviews of {quarter} (partial)", quarter=quarter)
    return words.say("Reviews of {quarter}", quarter=quarter)


def made_on(day: str, time: str, words: Language) -> str:
    """When the batch was made."""
    return words.say("Made {day}, {time} UTC.", day=day, time=time)


def colophon(company: str, words: Language) -> str:
    """From whose data, and who may see it."""
    return words.say("From the workspace of {company}. This page and the folders beside it are "
                     "internal, except the folder of the external pages.", company=company)


def status_words(words: Language) -> dict[str, str]:
    """What became of a page."""
    return {"ready": words.say("ready"), "draft": words.say("draft"),
            "failed": words.say("failed"), "refused": words.say("refused"),
            "reused": words.say("reused")}


def kind_words(words: Language) -> dict[str, str]:
    """Kinds of page."""
    return {"internal": words.say("internal review"), "black_ops": words.say("black ops"),
            "external": words.say("external review"),
            "transactional_plan": words.say("plan of the year")}


def total_words(words: Language) -> dict[str, str]:
    """Names of the totals at the top."""
    return {"accounts": words.say("Accounts"), "green_circle": words.say("Green Circle"),
            "revenue_quarter": words.say("Revenue of the quarter"),
            "to_mend": words.say("Pages to mend")}


def told_words(words: Language) -> dict[str, str]:
    """Sentences of the manifest that are always the same."""
    return {
        "The account manager's own words are missing.":
            words.say("The account manager's own words are missing."),
        "A point has to be settled inside before the meeting.":
            words.say("A point has to be settled inside before the meeting."),
        "made from an earlier export; qbr run brings it up to date":
            words.say("made from an earlier export; qbr run brings it up to date"),
    }


def gap_phrases(gaps: Mapping[str, int], words: Language) -> Iterator[str]:
    """What a page could be better with, each in a few words."""
    if "no_value" in gaps:
        yield words.say("value on record")
    if "no_plan" in gaps:
        yield words.say("a plan on record")
    if "no_service" in gaps:
        yield words.say("service measures")
    if "no_promises" in gaps:
        yield words.say("promises on record")
    if unexplained := gaps.get("unexplained"):
        yield words.count("the reason for {n} promise not kept",
                          "the reasons for {n} promises not kept", unexplained)
    if lacking := gaps.get("untranslated"):
        yield words.count("{n} word in the customer's language",
                          "{n} words in the customer's language", lacking)


def ending(pages: int, bad: int, external: int, drafts: int, words: Language,
           left: int = 0) -> str:
    """How a run ended, in one sentence.

    Parameters
    ----------
    pages, bad : int
        How many there are, and how many of them failed or were refused.
    external, drafts : int
        How many of them are external reviews, and how many of these are drafts.
    words : Language
        The reader's.
    left : int, default 0
        How many pages the run came not to, because it was interrupted.
    """
    if left:
        return words.count("The run was interrupted: {n} page is still to be made, and the same "
                           "command goes on from here.",
                           "The run was interrupted: {n} pages are still to be made, and the same "
                           "command goes on from here.", left)
    if not pages:
        return words.say("Nothing was to be made.")
    if bad:
        return words.count(
            "{bad} of {n} page could not be released; the cause stands beside each, and "
            "qbr run --only-failed tries them again.",
            "{bad} of {n} pages could not be released; the cause stands beside each, and "
            "qbr run --only-failed tries them again.", pages, bad=words.number(bad))
    if not drafts:
        return words.count("The page is made and ready.", "All {n} pages are made and ready.",
                           pages)
    made = words.count("The page is made", "All {n} pages are made", pages)
    waiting = words.say("the external review is a draft and says what is missing.") \
        if external == 1 else words.count(
            "{n} of {all} external reviews is a draft and says what is missing.",
            "{n} of {all} external reviews are drafts and say what is missing.", drafts,
            all=words.number(external))
    return words.say("{made}; {waiting}", made=made, waiting=waiting)
