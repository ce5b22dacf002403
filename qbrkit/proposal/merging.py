"""Two sources as one: files of other names whose headings mean the same."""

from qbrkit.proposal.files import Group, compare_headings, layout_key, same_meaning
from qbrkit.proposal.wording import plain
from qbrkit.sources.entries import suffix


def merged(first: Group, other: Group) -> Group | None:
    """Two sources as one, when every heading of one means a heading of the other."""
    ours, theirs = first.parts[-1], other.parts[-1]
    names = {plain(name) for name in ours.layout.names}
    alike = names & {plain(name) for name in theirs.layout.names}
    matched = len(alike) + len([one for one, same in same_meaning(
        theirs.layout.names, ours.layout.names).items() if plain(one) != plain(same)])
    is_headless = ours.layout.options.get("header") is False
    if (is_headless or layout_key(ours) != layout_key(theirs) or first.rename or other.rename
            or suffix(ours.file) != suffix(theirs.file) or any(one.sheet for one in (ours, theirs))
            or not matched == len(ours.layout.names) == len(theirs.layout.names)):
        return None
    both = Group(f"{first.name}_and_{other.name}", [*first.parts, *other.parts])
    both.notes += dict.fromkeys(note for part in both.parts for note in part.layout.notes)
    compare_headings(both)
    return both
