"""Credits and returns among the lines: how the export marks them, and with which sign."""

from qbrkit.proposal.drafts import Draft
from qbrkit.proposal.export import Export
from qbrkit.proposal.matching import Roles
from qbrkit.proposal.names import bare
from qbrkit.proposal.states import counted, counting
from qbrkit.proposal.survey import Survey
from qbrkit.proposal.wording import kind_for, plain
from qbrkit.sources.recognize import literal

FLAGS = set("shkzg iscreditnote isreturn creditmemo gutschrift storno".split())
"""Headings whose marked rows are credits, whatever the mark."""
YES = "('x', '1', 'true', 'yes', 'y', 'ja', 'j', 'h')"
MOST_TYPES = 15
NEARLY_ALL, HARDLY_ANY = 0.95, 0.05


def find_kind(survey: Survey, export: Export, roles: Roles, draft: Draft) -> None:
    """Add the kind of a line to the draft, and a sign where the export writes none."""
    if "kind" in roles:
        draft.columns["kind"] = draft.ref(roles["kind"])
    elif "sign" in roles and plain(roles["sign"]) in FLAGS:
        column = roles["sign"]
        _mark(survey, export, draft, column, f"lower(cast({{}} as varchar)) in {YES}", "credit")
    elif "sign" in roles:
        _by_type(survey, export, draft, roles["sign"])
    elif "invoice_id" in roles:
        _by_prefix(survey, export, draft, roles["invoice_id"])


def _by_type(survey: Survey, export: Export, draft: Draft, column: str) -> None:
    """Credits by a document type whose words are known."""
    if export.columns[column].distinct > MOST_TYPES:
        return
    types = [text for text, in survey.ask(
        f"select distinct cast({bare(column)} as varchar) from {export.name} "
        f"where {bare(column)} is not null order by 1")]
    kinds = {text: kind_for(column, text) for text in types}
    back = [text for text, kind in kinds.items() if kind in {"credit", "return"}]
    if not back:
        return
    unknown = [text for text, kind in kinds.items() if not kind]
    each = [(text, *counted(survey, draft, _among(draft, column, [text]))) for text in back]
    told = "; ".join(f"{text} {counting(rows, 'row')}, {money}" for text, rows, money in each)
    _mark(survey, export, draft, column, f"{{}} in ({', '.join(map(literal, back))})",
          kinds[back[0]], told)
    if unknown:
        rows, money = counted(survey, draft, _among(draft, column, unknown))
        draft.questions.append(
            f"{column} also holds {', '.join(unknown)} ({counting(rows, 'row')}, {money}); they "
            "are taken as invoices. Are they sales?")


def _among(draft: Draft, column: str, values: list[str]) -> str:
    """A condition: the column holds one of these values."""
    return f"cast({draft.ref(column)} as varchar) in ({', '.join(map(literal, values))})"


def _mark(survey: Survey, export: Export, draft: Draft, column: str, condition: str,
          kind: str, told: str = "") -> None:
    """Kind by a condition on one column; revenue turned where such rows stand above 0.

    The share above 0 is asked of each value by itself: a few cancellations may stand above 0
    among many credits below.
    """
    marked = condition.format(draft.ref(column))
    draft.columns["kind"] = f"case when {marked} then '{kind}' else 'invoice' end"
    joined = " ".join(f"left join {join.right} on {join.condition()}" for join in draft.joins)
    found = survey.ask(
        f"select count(*), count(*) filter ({draft.columns['revenue']} > 0) "
        f"from {draft.source} {joined} where {marked} group by {draft.ref(column)}")
    rows = sum(one for one, _ in found)
    told = told or counted(survey, draft, marked)[1]
    if not rows:
        del draft.columns["kind"]
    elif any(above > 0.5 * one for one, above in found):
        draft.questions.append(
            f"{column} marks {counting(rows, 'row')} as {kind} ({told}), and their amounts are "
            "above 0; they are taken off here (-abs)")
        for name in {"revenue", "cost", "quantity", "list_value"} & set(draft.columns):
            given = draft.columns[name]
            draft.columns[name] = f"case when {marked} then -abs({given}) else {given} end"


def _by_prefix(survey: Survey, export: Export, draft: Draft, column: str) -> None:
    """Credits by the letters before the number, where these invoices alone are below 0."""
    this = f"upper(regexp_extract(cast({bare(column)} as varchar), '^[A-Za-z]+'))"
    amount = draft.columns["revenue"]
    joined = " ".join(f"left join {join.right} on {join.condition()}" for join in draft.joins)
    if draft.joins:
        this = this.replace(bare(column), draft.ref(column))
    found = survey.ask(f"select {this}, count(*), count(*) filter ({amount} <= 0), "
                       f"count(*) filter ({amount} < 0) from {draft.source} {joined} group by 1")
    if not 1 < len(found) <= MOST_TYPES:
        return
    back = [prefix for prefix, rows, not_above, below in found
            if prefix and below and not_above >= NEARLY_ALL * rows]
    others = [(rows, below) for prefix, rows, _, below in found if prefix not in back]
    if not back or sum(below for _, below in others) > HARDLY_ANY * sum(n for n, _ in others):
        return
    name = draft.ref(column)
    starts = " or ".join(f"starts_with(upper({name}), {literal(one)})" for one in back)
    draft.columns["kind"] = f"case when {starts} then 'credit' else 'invoice' end"
    draft.notes.append(f"{column} beginning with {', '.join(back)} is below 0 throughout, so it is "
                       "a credit")
