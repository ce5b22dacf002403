"""Revenue, cost and list value of a line: which columns, and whether the figures agree."""

from collections.abc import Callable
from dataclasses import dataclass, field

from qbrkit.proposal.export import Export
from qbrkit.proposal.matching import Roles
from qbrkit.proposal.names import bare
from qbrkit.proposal.survey import Survey

AGREES = 0.98
"""Share of rows in which two ways to a net amount must agree to be called the same."""
CENT = 0.011
LOW_COST, HIGH_COST = 0.1, 1.2
"""Cost as share of revenue outside of which a cost is probably that of one piece."""


@dataclass
class Amounts:
    """Expressions of the amounts of a line, and what is to be said of them."""

    columns: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


def has_amount(roles: Roles) -> bool:
    """Whether the columns of a source make a revenue."""
    return any(role in roles for role in ("revenue", "unit_price", "gross"))


def find_amounts(survey: Survey, export: Export, roles: Roles,
                 ref: Callable[[str], str]) -> Amounts:
    """Revenue and cost of a source's records.

    Parameters
    ----------
    survey : Survey
        All sources.
    export : Export
        The lines.
    roles : Roles
        Its roles as invoice lines; `has_amount` holds.
    ref : callable
        A column as it is written in the mapping.
    """
    made = Amounts()
    computed = _computed(export, roles, ref, made) \
        if "unit_price" in roles and "quantity" in roles else ""
    if "revenue" in roles:
        made.columns["revenue"] = ref(roles["revenue"])
        if computed and _includes_tax(survey, export, roles):
            made.columns["revenue"] = _computed(export, roles, ref, Amounts())
            made.notes.append(f"{roles['revenue']} includes {roles['tax']}, so revenue is price "
                              "times quantity")
        else:
            _compare(survey, export, roles, made)
    elif computed:
        made.columns["revenue"] = computed
        if "discount" not in roles and "discount_amount" not in roles:
            made.questions.append(
                f"no column holds the amount of a line, so revenue is {roles['unit_price']} times "
                f"{roles['quantity']}, and discounts are unknown: is that what was billed? If an "
                "export has the net amount of each line, take it instead")
    elif "gross" not in roles:
        made.columns["revenue"] = ref(roles["unit_price"])
        made.questions.append(f"there is no quantity: {roles['unit_price']} is taken as the amount "
                              "of the whole line")
    elif "tax" in roles:
        made.columns["revenue"] = f"{ref(roles['gross'])} - {ref(roles['tax'])}"
        made.questions.append(f"revenue is {roles['gross']} less {roles['tax']}; is that the net "
                              "amount without tax?")
    else:
        made.columns["revenue"] = ref(roles["gross"])
        made.questions.append(f"{roles['gross']} seems to include tax; revenue must be the net "
                              "amount, for example / 1.19 of it")
    _find_cost(survey, export, roles, ref, made)
    if "list_value" in roles:
        made.columns["list_value"] = ref(roles["list_value"])
    elif computed and ("discount" in roles or "discount_amount" in roles):
        made.columns["list_value"] = f"{ref(roles['unit_price'])} * {ref(roles['quantity'])}"
    return made


def _computed(export: Export, roles: Roles, ref: Callable[[str], str], made: Amounts) -> str:
    """Price times quantity, less the discount as its values show it."""
    product = f"{ref(roles['unit_price'])} * {ref(roles['quantity'])}"
    told = made if "revenue" not in roles else Amounts()
    if "discount" in roles:
        column = export.columns[roles["discount"]]
        discount = ref(column.name)
        if column.filled < export.rows:
            discount = f"coalesce({discount}, 0)"
        high = max(abs(column.high or 0), abs(column.low or 0))
        if high == 0:
            return product
        if (column.low or 0) < 0:
            told.questions.append(f"{column.name} is below 0 in some rows; taken as a share all "
                                  "the same")
        if high <= 1:
            if high == 1 and column.kind == "whole":
                told.questions.append(f"{column.name} is 0 or 1; taken as a share, 1 = 100 %")
            return f"{product} * (1 - {discount})"
        if high <= 100:
            told.notes.append(f"{column.name} reaches {high:g}, so it is read as per cent")
            return f"{product} * (1 - {discount} / 100)"
        told.questions.append(f"{column.name} reaches {high:g}, which is no per cent; it is taken "
                              "as an amount of the whole line")
        return f"{product} - {discount}"
    if "discount_amount" in roles:
        column = export.columns[roles["discount_amount"]]
        discount = ref(column.name)
        told.questions.append(f"{column.name} is taken off each line once; is it per piece?")
        return f"{product} - " + (f"coalesce({discount}, 0)" if column.filled < export.rows
                                  else discount)
    return product


def _compare(survey: Survey, export: Export, roles: Roles, made: Amounts) -> None:
    """Say how sure the amount is: by its heading, or because price and quantity lead to it."""
    revenue, others = roles["revenue"], roles.others.get("revenue", ())
    is_told = False
    if "unit_price" in roles and "quantity" in roles:
        silent = Amounts()
        way = _computed(export, roles, bare, silent)
        ((rows, same, net_of_tax),) = survey.ask(
            f"select count(*), count(*) filter (abs({bare(revenue)} - ({way})) < {CENT}), "
            f"count(*) filter ({bare(revenue)} > ({way}) * 1.04) from {export.name} "
            f"where {bare(revenue)} is not null and ({way}) is not null")
        if rows and same >= AGREES * rows:
            made.notes.append(f"{revenue} = {way} in {same:,} of {rows:,} rows")
            is_told = True
        elif rows and net_of_tax > 0.5 * rows:
            made.questions.append(f"{revenue} is higher than {way}; does it include tax? revenue "
                                  "must be the net amount")
            is_told = True
    if "revenue" in roles.guessed and not is_told:
        also = f"; other amounts are {', '.join(others)}" if others else ""
        made.questions.append(f"{revenue} is taken as the net amount without tax{also}")
    elif others and not is_told:
        made.notes.append(f"revenue is {revenue}; other amounts are {', '.join(others)}")


def _includes_tax(survey: Survey, export: Export, roles: Roles) -> bool:
    """Whether the amount is price times quantity with the tax on top."""
    if "tax" not in roles:
        return False
    amount, tax = bare(roles["revenue"]), bare(roles["tax"])
    way = _computed(export, roles, bare, Amounts())
    ((rows, with_tax),) = survey.ask(
        f"select count(*), count(*) filter (abs({amount} - {tax} - ({way})) < {CENT}) "
        f"from {export.name} where {amount} is not null and {tax} <> 0 and ({way}) is not null")
    return bool(rows) and with_tax >= AGREES * rows


def _find_cost(survey: Survey, export: Export, roles: Roles, ref: Callable[[str], str],
               made: Amounts) -> None:
    if "cost" in roles:
        cost = roles["cost"]
        made.columns["cost"] = ref(cost)
        if "quantity" in roles and "revenue" in made.columns:
            quantity = roles["quantity"]
            revenue = (bare(roles["revenue"]) if "revenue" in roles else
                       _computed(export, roles, bare, Amounts()))
            ((whole, single),) = survey.ask(
                f"select sum({bare(cost)}) / nullif(sum({revenue}), 0), "
                f"sum({bare(cost)} * {bare(quantity)}) / nullif(sum({revenue}), 0) "
                f"from {export.name} where {bare(cost)} is not null")
            if whole is not None and whole < LOW_COST <= single <= HIGH_COST:
                made.columns["cost"] = f"{ref(cost)} * {ref(quantity)}"
                made.questions.append(f"{cost} is taken as the cost of one piece, since it makes "
                                      f"only {whole:.0%} of revenue otherwise")
    elif "profit" in roles and "revenue" in made.columns:
        made.columns["cost"] = f"{made.columns['revenue']} - {ref(roles['profit'])}"
        made.questions.append(f"cost is revenue less {roles['profit']}; is that the profit of the "
                              "whole line in money?")
    elif "unit_cost" in roles and "quantity" in roles:
        made.columns["cost"] = f"{ref(roles['unit_cost'])} * {ref(roles['quantity'])}"
