"""Exchange rates that name both currencies: which way they lead, and to which currency."""

from qbrkit.proposal.drafts import Draft
from qbrkit.proposal.export import Export
from qbrkit.proposal.lines import Lines
from qbrkit.proposal.matching import Roles
from qbrkit.proposal.names import bare
from qbrkit.proposal.survey import Survey
from qbrkit.sources.recognize import literal


def take_direction(survey: Survey, export: Export, roles: Roles, lines: Lines,
                   draft: Draft) -> None:
    """Take the rates that lead to the company's currency.

    Parameters
    ----------
    survey : Survey
        All sources.
    export, roles : Export, Roles
        The rates; the role to_currency is among them.
    lines : Lines
        The invoice lines: their most frequent currency decides between several.
    draft : Draft
        The table of rates with its columns; changed in place.
    """
    start, end = roles["currency"], roles["to_currency"]
    if export.columns[start].distinct == 1 < export.columns[end].distinct:
        draft.columns["currency"] = draft.ref(end)
        draft.columns["rate"] = f"1.0 / {draft.ref(roles['rate'])}"
        draft.questions.append(
            f"all rates lead from {export.columns[start].examples[0]} to others, so they are "
            "turned (1 / rate): rate is the company's currency for one unit of the foreign one")
    elif export.columns[end].distinct > 1:
        target = _target(survey, export, end, lines)
        draft.tail = f"where {draft.ref(end)} = {literal(target)}"
        draft.questions.append(f"{end} holds several currencies; only rates to {target} are taken, "
                               "which must be the company's currency")
    else:
        draft.notes.append(f"the rates lead from {start} to {end} "
                           f"({export.columns[end].examples[0]}), the company's currency")


def _target(survey: Survey, export: Export, end: str, lines: Lines) -> str:
    """Of the currencies that rates lead to, the most frequent of the lines, else of the rates."""
    by_rates = [code for code, in survey.ask(
        f"select {bare(end)} from {export.name} where {bare(end)} is not null "
        "group by 1 order by count(*) desc, 1")]
    if lines.currency is None:
        return str(by_rates[0])
    source, column = lines.currency
    by_lines = [code for code, in survey.ask(
        f"select {bare(column)} from {source.name} where {bare(column)} is not null "
        "group by 1 order by count(*) desc, 1")]
    return str(next((code for code in by_lines if code in by_rates), by_rates[0]))
