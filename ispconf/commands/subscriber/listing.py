"""``subscriber list``: services by any of their facts, as a table, JSON or CSV."""

import csv
import io
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.session import Session, shared
from ispconf.commands.tables import table
from ispconf.escape import cell
from ispconf.network.billing import zone_of
from ispconf.planning.counting import counted

COLUMNS = (
    "subscriber", "service", "name", "plan", "router", "zone", "type", "user", "address", "state",
    "balance", "since", "phone", "city",
)  # fmt: skip
_SHOWN = ("subscriber", "service", "name", "plan", "router", "zone", "address", "state", "balance")
_TEST = re.compile(r"\s*([a-z]+)\s*(!=|>=|<=|=|>|<|~)\s*([^=<>~]*?)\s*")
_OR = re.compile(r"\bor\b")
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


@click.command("list")
@shared("csv")
@click.option("--where", metavar="FILTER", help='Like "zone=norte and balance>0 and name~lopez".')
def list_(session: Session, where: str | None) -> int:
    r"""List services, all or those that a filter lets through.

    A filter compares subscriber, service, name, plan, router, zone, type, user, address, state,
    balance, since, phone or city with = != > < >= <= or ~ (contains), joined by and.

    \b
      ispconf subscriber list --where "router=norte-1 and state=suspended"
      ispconf subscriber list --format csv > subscribers.csv
    """
    facts = judged(session)
    tests = [_test(text) for text in re.split(r"\s+and\s+", where)] if where else []
    rows = [row for row in _rows(facts) if all(test(row) for test in tests)]
    if session.format == "csv":
        click.echo(_csv(rows), nl=False)
        return 0
    document = {"format": 1, "date": facts.day.isoformat(), "services": rows, "exit_code": 0}
    session.emit(document, lambda: _lines(rows))
    return 0


def _rows(facts: Judged) -> Iterator[dict[str, str]]:
    network = facts.network
    for person in network.subscribers.values():
        for name, service in person.services.items():
            access = service.access
            yield {
                "subscriber": person.id,
                "service": name,
                "name": person.name,
                "plan": service.plan_on(facts.day),
                "router": service.router or "",
                "zone": zone_of(network, service) or "",
                "type": access.type,
                "user": access.user or "",
                "address": access.address or "",
                "state": facts.standings[f"{person.id}/{name}"].state.value,
                "balance": network.company.currency.text(facts.balances[person.id]),
                "since": service.since.isoformat(),
                "phone": person.contact.phone or "",
                "city": person.address.city or "",
            }


def _test(text: str) -> Callable[[Mapping[str, str]], bool]:
    """A comparison of a filter as a function of a row."""
    found = _TEST.fullmatch(text)
    if not found or found[1] not in COLUMNS or _OR.search(found[3]):
        raise click.UsageError(
            f"{text!r} is no comparison: write column, = != > < >= <= or ~, and a value; "
            f"columns are {', '.join(COLUMNS)}"
        )
    column, sign, asked = found.groups()
    if column == "balance" and sign != "~" and not _number(asked):
        raise click.UsageError(f"{asked!r} is no amount to compare balance with, like 350.00")
    if sign == "~":
        return lambda row: asked.casefold() in row[column].casefold()
    return lambda row: _ORDER[sign](*_comparable(row[column], asked))


def _number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _comparable(held: str, asked: str) -> tuple[Any, Any]:
    """Both as numbers where both are; else as text, which serves names and dates."""
    try:
        return Decimal(held), Decimal(asked)
    except InvalidOperation:
        return held, asked


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    """CSV that no spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(row[column]) for column in COLUMNS] for row in rows)
    return out.getvalue()


def _lines(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    yield from table(_SHOWN, ([row[column] for column in _SHOWN] for row in rows), "balance")
    yield counted(len(rows), "service")
