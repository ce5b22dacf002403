"""Accounts or products that no file lists: taken from what the lines say of them."""

from qbrkit.proposal.drafts import Draft
from qbrkit.proposal.export import Export
from qbrkit.proposal.matching import Roles, find_roles
from qbrkit.proposal.names import bare
from qbrkit.proposal.survey import Survey
from qbrkit.sources.checks import TOTAL
from qbrkit.sources.recognize import literal

ATTRIBUTES = {
    "accounts": {"name": "account_name", "country": "country", "industry": "industry",
                 "territory": "territory", "owner": "owner"},
    "products": {"name": "product_name", "family": "family"},
}
"""Columns of a master table by the role that brings them where only the lines have them."""


def derived(survey: Survey, table: str, role: str, place: tuple[Export, str]) -> Draft | None:
    """A master table from what the lines say of each id, the most frequent value of each."""
    export, key = place
    roles = find_roles(export, "invoice_lines")
    attributes = {name: roles[source] for name, source in ATTRIBUTES[table].items()
                  if source in roles and roles[source] != key}
    if not attributes:
        return None
    draft = Draft(table, export.name, tail=f"where {bare(key)} is not null\ngroup by {bare(key)}")
    draft.columns[role] = bare(key)
    draft.columns |= {name: f"mode({bare(column)})" for name, column in attributes.items()}
    if totals := _totals(survey, export, key, roles):
        left = " and ".join(f"{bare(key)} <> {literal(text)}" for text in totals)
        draft.tail = draft.tail.replace("\ngroup by", f" and {left}\ngroup by")
        draft.notes.append(f"{', '.join(totals)} in {key} is a total row without a date, and none "
                           f"of the {table}")
    draft.notes.append(f"no file lists the {table}, so they are taken from {export.name}, with the "
                       "most frequent value of each column")
    return draft


def _totals(survey: Survey, export: Export, key: str, roles: Roles) -> list[str]:
    """Words for a total that stand in place of an id, in rows without a date or an invoice."""
    marks = [role for role in ("invoice_date", "invoice_id") if role in roles]
    if not marks or export.columns[key].kind != "text":
        return []
    nothing = " or ".join(f"{bare(roles[role])} is null" for role in marks)
    never = " and ".join(f"{bare(roles[role])} is not null" for role in marks)
    found = survey.ask(
        f"select {bare(key)} from {export.name} where regexp_matches({bare(key)}, "
        f"{literal(TOTAL)}) "
        f"group by 1 having count(*) filter ({never}) = 0 and count(*) filter ({nothing}) > 0 "
        "order by 1")
    return [text for text, in found]
