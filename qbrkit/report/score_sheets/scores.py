"""The third sheet: its headings, what belongs into each cell, and what is wrong with another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qbrkit.report.language import Language

COLUMNS = ("probability_low", "probability_best", "probability_high", "loss", "ease", "move")
"""Columns to fill, by their names in the contract."""


def dimension_told(dimension: str, translated: Mapping[str, str], words: Language) -> str:
    """A dimension as a rater reads it: the analyst's own word, translated where it is known."""
    known = {"price": words.say("price"), "delivery": words.say("delivery"),
             "technology": words.say("technology"), "relationship": words.say("relationship")}
    return translated.get(dimension, known.get(dimension, dimension))


def headings(currency: str, words: Language) -> dict[str, str]:
    """Headings by the key of the column."""
    return {
        "account": words.say("Account"),
        "is_own_plan": words.say("I wrote our plan"),
        "where": words.say("Where they attack"),
        "own_first": words.say("You, first round"),
        "all_first": words.say("All raters, first round"),
        "probability_low": words.say("Chance, at least"),
        "probability_best": words.say("Chance, best guess"),
        "probability_high": words.say("Chance, at most"),
        "loss": words.say("Loss if it succeeds, {currency}", currency=currency),
        "ease": words.say("Ease, 1 to 5"),
        "move": words.say("The move you would make"),
        "state": words.say("This row"),
    }


def prompts(currency: str, words: Language) -> dict[str, str]:
    """What belongs into a cell, shown when it is chosen."""
    return {
        "is_own_plan": words.say("Choose yes only if you wrote our plan for this account. Its "
                                 "rows then stay empty."),
        "probability_low": words.say("The chance that this attack succeeds within twelve months "
                                     "is at least …. Type 10 for 10%."),
        "probability_best": words.say("Your best guess of the chance that this attack succeeds "
                                      "within twelve months. Type 40 for 40%."),
        "probability_high": words.say("The chance that this attack succeeds within twelve months "
                                      "is at most …. Type 60 for 60%."),
        "loss": words.say("What we would lose in twelve months if it succeeds, as a number in "
                          "{currency}.", currency=currency),
        "ease": words.say("How easy it is for them: 1 is hard, 5 is easy."),
        "move": words.say("What would you do first in their place? A few words; leave it empty "
                          "if you see no move."),
    }


def refusals(words: Language) -> dict[str, str]:
    """What is said to a value that cannot stand in a cell."""
    chance = words.say("A number from 0 to 100%, and in order: at least, best guess, at most. "
                       "Type 40 for 40%.")
    return {
        "is_own_plan": words.say("Choose yes or no, or leave the cell empty."),
        **dict.fromkeys(COLUMNS[:3], chance),
        "loss": words.say("A number of 0 or more, without currency and without words."),
        "ease": words.say("One of 1, 2, 3, 4, 5: 1 is hard, 5 is easy."),
        "move": words.say("At most 200 characters."),
    }


def states(words: Language) -> dict[str, str]:
    """What the last cell of a row says; ``{n}`` is put in by the workbook."""
    return {"empty": words.say("to fill"), "some": words.say("{n} missing", n="{n}"),
            "full": words.say("finished"), "own": words.say("not yours to score")}


def whose(rater: str, round_n: int, words: Language) -> str:
    """Whose scores these are, and of which round."""
    return words.say("{rater}, round {n}", rater=rater, n=str(round_n))


def progress(words: Language) -> str:
    """How far the sheet is filled; both numbers are put in by the workbook."""
    return words.say("{n} of {total} rows are finished", n="{n}", total="{total}")


def own_first(row: Mapping[str, Any] | None, currency: str, words: Language) -> str:
    """A rater's estimate of the first round, in lines."""
    if row is None:
        return words.say("no estimate")
    chances = " – ".join(words.percent(row[name], 0) for name in COLUMNS[:3])
    lines = [words.say("chance {chances}", chances=chances),
             words.say("loss {money}, ease {ease}", money=words.money(row["loss"], currency),
                       ease=words.number(row["ease"]))]
    return "\n".join([*lines, row["move"]] if isinstance(row["move"], str) else lines)


def all_first(row: Mapping[str, Any] | None, currency: str, words: Language) -> str:
    """Lowest, median and highest estimate of all raters in the first round, in lines."""
    if row is None:
        return words.say("no estimate")
    return "\n".join([
        words.say("best guess {low} to {high}, median {middle}",
                  **{name: words.percent(row[f"best_{name}"], 0)
                     for name in ("low", "middle", "high")}),
        words.say("loss {low} to {high}, median {middle}",
                  **{name: words.money(row[f"loss_{name}"], currency)
                     for name in ("low", "middle", "high")})])
