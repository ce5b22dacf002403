"""What is included in the customer's plan, what of it was used, and what is still open."""

import pandas as pd

from qbrkit.disclosure import AccountView
from qbrkit.report.customer.reading import has_table, words_of
from qbrkit.report.exhibits import ColumnView, Html, finding, not_available, nothing, table
from qbrkit.report.language import PRINTED_AS_ZERO, Language


def included(view: AccountView) -> Html:
    """What the maintenance plan includes and what of it is still open."""
    words = words_of(view)
    if "plan" not in view.tables:
        return not_available(words.say("Not available: what your plan includes is not on record."))
    listed = view.tables["plan"]
    if listed.empty:
        return not_available(words.say("There is no maintenance plan for you at present."))
    still_open = int((listed["open_quantity"] > 0).sum()) \
        if "open_quantity" in listed else 0
    return finding(
        _used(view, words),
        words.count("{n} component is still yours to use.", "{n} components are still yours to "
                    "use.", still_open) if still_open else "")


def components(view: AccountView) -> Html:
    """Components of the plan: included, used, still open."""
    words = words_of(view)
    listed = view.tables.get("plan", pd.DataFrame())
    if listed.empty:
        return nothing()
    yes_no = {"True": words.say("yes"), "False": words.say("no")}
    return table(listed, [
        ColumnView("name", words.say("Component")),
        ColumnView("plan_only", words.say("With the plan only"), words=yes_no),
        ColumnView("included_quantity", words.say("Included a year"), "number"),
        ColumnView("used_quantity", words.say("Used"), "number"),
        ColumnView("open_quantity", words.say("Still yours"), "number"),
        ColumnView("used_value", words.say("List value used, {currency}",
                                           currency=view.account["currency"]), "money"),
    ], words.say("Included in your plan"), words, total=words.say("Total"))


def _used(view: AccountView, words: Language) -> str:
    """What was used of that which comes with the plan only."""
    if not has_table(view, "plan", "plan_only", "used_value", "used_quantity"):
        return ""
    listed = view.tables["plan"]
    used = listed[listed["plan_only"] & (listed["used_quantity"] > 0)]
    if used.empty:
        return words.say("In the last twelve months you used none of the components that come "
                         "with your plan only.")
    worth = used["used_value"].sum()
    if worth < PRINTED_AS_ZERO:
        return words.say("In the last twelve months you used components that come with your plan "
                         "only; their list value is not on record.")
    return words.say("In the last twelve months you used components worth {money} that come with "
                     "your plan only.", money=words.money(worth, view.account["currency"]))
