"""Sources without column names: what each column may be, by its values and by arithmetic."""

from collections.abc import Callable
from itertools import permutations

from qbrkit.proposal.export import Column, Export
from qbrkit.proposal.joins import measure
from qbrkit.proposal.matching import Roles
from qbrkit.proposal.names import bare
from qbrkit.proposal.survey import Survey
from qbrkit.proposal.wording import is_file_of

SAMPLE = 300
"""Rows in which products and differences are looked for."""
CENT = 0.011
NEARLY_ALL = 0.98
MOST_NUMBERS = 24
MOST_DESCRIBED = 40


def guess_roles(survey: Survey, export: Export) -> Roles:
    """Roles of the columns of invoice lines without headings; all of them are guesses.

    Quantity, price and amount are told by ``quantity × price = amount``, the net amount by
    ``amount - discount``, account and product by the keys of files named after them.
    """
    amounts = _amounts(survey, export)
    days = [one.name for one in export.columns.values() if one.is_date]
    if not amounts or not days:
        return Roles()
    columns = {"invoice_date": days[0], **amounts}
    for role, table in (("account_id", "accounts"), ("product_id", "products")):
        if key := _key_column(survey, export, table, set(columns.values())):
            columns[role] = key
    columns |= _document(survey, export, set(columns.values()))
    return Roles(columns, frozenset(columns))


def describe(survey: Survey, export: Export) -> list[str]:
    """A comment line for each column: kind and examples, to find out what it is."""
    lines = [f"# {export.name} ({export.group.files[0].name}, {export.rows:,} rows):"]
    width = max(map(len, export.columns), default=0)
    for one in list(export.columns.values())[:MOST_DESCRIBED]:
        kind = "days" if one.is_date else "numbers" if one.is_number else "text"
        shown = ", ".join(text[:24] for text in one.examples[:3])
        unique = ", one in each row" if export.is_key(one.name) else ""
        lines.append(f"#   {one.name:<{width}}  {kind}, {one.distinct:,} different{unique}: "
                     f"{shown or 'empty'}")
    return lines


def _amounts(survey: Survey, export: Export) -> dict[str, str]:
    """Quantity, price, amount, and cost, where products of columns are other columns."""
    numbers = [one for one in export.columns.values() if one.is_number and one.distinct > 1
               and not one.is_date][:MOST_NUMBERS]
    values = _sample(survey, export, numbers)
    products = [(quantity, price, amount) for quantity, price in permutations(numbers, 2)
                if quantity.kind == "whole" and price.kind == "number"
                for amount in numbers if amount not in (quantity, price)
                and _is_product(values, quantity.name, price.name, amount.name)]
    if not products:
        return {}
    sums = {name: sum(value for value in column if value is not None)
            for name, column in values.items()}
    quantity, price, amount = max(products, key=lambda one: sums[one[2].name])
    found = {"quantity": quantity.name, "unit_price": price.name, "revenue": amount.name}
    for one, discount in permutations(numbers, 2):
        if {one, discount} & {amount, quantity, price} or not (
                sums[one.name] > sums[discount.name] > 0):
            continue
        if _all_near(values[amount.name], values[one.name], values[discount.name],
                     lambda whole, net, off: whole - off - net):
            found["revenue"] = one.name
            found["discount_amount"] = discount.name
            break
    costs = [one for one in products if one[0] is quantity and one[2].name not in found.values()
             and one[1].name not in found.values()]
    if costs:
        found |= {"unit_cost": costs[0][1].name, "cost": costs[0][2].name}
    return found


def _sample(survey: Survey, export: Export, numbers: list[Column]) -> dict[str, list]:
    if not numbers:
        return {}
    listed = ", ".join(f"cast({bare(one.name)} as double)" for one in numbers)
    rows = survey.ask(f"select {listed} from {export.name} limit {SAMPLE}")
    return {one.name: [row[at] for row in rows] for at, one in enumerate(numbers)}


def _is_product(values: dict[str, list], quantity: str, price: str, amount: str) -> bool:
    """Whether amount = quantity × price, in rows where the quantity is not one throughout."""
    is_telling = any(one not in (None, 0, 1) for one in values[quantity])
    return is_telling and _all_near(values[quantity], values[price], values[amount],
                                    lambda one, other, result: one * other - result)


def _all_near(first: list, second: list, third: list, 
              difference: Callable[[float, float, float], float]) -> bool:
    """Whether a difference of three columns is nothing in nearly all rows."""
    rows = [one for one in zip(first, second, third, strict=True) if None not in one]
    near = sum(abs(difference(*one)) < CENT for one in rows)
    return len(rows) > 1 and near >= NEARLY_ALL * len(rows)


def _key_column(survey: Survey, export: Export, table: str, taken: set[str]) -> str:
    """The column whose values are keys of a file named after a table, and cover it best.

    Small numbers are found among small numbers by chance; the true one covers most keys.
    """
    best, reached = "", 0.0
    for other in survey.exports.values():
        if other.name == export.name or not is_file_of(table, other.label) \
                or is_file_of("families", other.label):
            continue
        key = next((one for one in other.columns.values() if other.is_key(one.name)), None)
        if key is None:
            continue
        for one in export.columns.values():
            if one.name in taken or one.kind not in {"whole", "text"} or one.is_date:
                continue
            cover = one.distinct / key.distinct
            if cover > reached and measure(survey, export, other,
                                           [(one.name, key.name)]).share >= NEARLY_ALL:
                best, reached = one.name, cover
    return best


def _document(survey: Survey, export: Export, taken: set[str]) -> dict[str, str]:
    """Invoice and line: a text and a small number that identify a row, else a text that does."""
    texts = [one for one in export.columns.values() if one.kind == "text"
             and one.name not in taken and any(map(_has_digit, one.examples))][:4]
    numbers = [one for one in export.columns.values() if one.kind == "whole"
               and one.name not in taken and one.low in {0.0, 1.0}][:6]
    for text, number in ((text, number) for text in texts for number in numbers):
        columns = f"{bare(text.name)}, {bare(number.name)}"
        if not export.is_key(text.name) and not survey.ask(
                f"select 1 from {export.name} group by {columns} having count(*) > 1 limit 1"):
            return {"invoice_id": text.name, "line_id": number.name}
    for text in texts:
        if export.is_key(text.name):
            return {"invoice_id": text.name}
    return {}


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def told(export: Export, roles: Roles) -> str:
    """The question about all guesses of one source."""
    listed = ", ".join(f"{column} = {role}" for role, column in roles.columns.items())
    return (f"{export.group.files[0].name} has no headings; by their values are taken: {listed}. "
            "Better export it again with headings")
