"""The family of a product, named in a table that its code leads to."""

from qbrkit.proposal.drafts import Draft
from qbrkit.proposal.export import Export
from qbrkit.proposal.joins import Join, find_join
from qbrkit.proposal.lines import Lines
from qbrkit.proposal.matching import Roles, find_roles
from qbrkit.proposal.survey import Survey
from qbrkit.proposal.wording import is_file_of

CHAIN = 2
"""Tables from a product to its family: subcategory, category."""


def join_family(survey: Survey, export: Export, key: str, roles: Roles, draft: Draft,
                 lines: Lines) -> None:
    """Join the table that names the family behind a product's code, over up to two steps."""
    current, step, named = export, roles.get("family"), ""
    for _ in range(CHAIN):
        join = _to_family(survey, current, key, step, lines)
        if join is None or join.right in {export.name, *(one.right for one in draft.joins)}:
            break
        target = survey.exports[join.right]
        name = find_roles(target, "families").get("name") or next(
            (one.name for one in target.columns.values() if one.kind == "text"), "")
        if not name:
            break
        draft.joins.append(join)
        current, key, step, named = target, join.pairs[0][1], "", name
    if named:
        draft.columns["family"] = draft.ref(named, current.name)
        if not current.has_header:
            draft.questions.append(f"{current.group.files[0].name} has no headings: {named} is "
                                   "taken as the name of the family")


def _to_family(survey: Survey, left: Export, key: str, step: str, lines: Lines) -> Join | None:
    """The join to a table of families, by a column of the left that is not its own key."""
    used = lines.draft.used() if lines.draft else set()
    best: Join | None = None
    for export in survey.exports.values():
        if export.name in used | {left.name} or not is_file_of("families", export.label):
            continue
        theirs = find_roles(export, "families")
        wanted = [(step, theirs["family_id"])] if step and "family_id" in theirs else []
        join = find_join(survey, left, export, wanted)
        if join and join.pairs[0][0] != key and (best is None or join.share > best.share):
            best = join
    return best
