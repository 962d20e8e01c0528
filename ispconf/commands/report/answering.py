"""A report as text, JSON or CSV: the same columns in all three."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from typing import Any

import click

from ispconf.commands.judging import Judged
from ispconf.commands.tables import table
from ispconf.errors import RequestError
from ispconf.escape import cell, terminal

Cell = str | int | None
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


@dataclass(frozen=True)
class Report:
    """What a report says: ``rows`` under ``head``, a last row of totals, lines before and after.

    ``right`` names the columns that hold numbers. ``more`` is for the JSON document alone; in it a
    cell that is None or empty is absent.
    """

    name: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    right: Sequence[str]
    total: Sequence[Cell] = ()
    notes: Sequence[str] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def answer(facts: Judged, report: Report) -> int:
    """Prints the report as the session asks, and gives the exit code."""
    if facts.session.format == "csv":
        click.echo(_csv([report.head, *report.rows]), nl=False)
    else:
        facts.session.emit(_document(facts, report), lambda: _lines(report))
    return 0


def days(facts: Judged, first: date, last: date) -> tuple[date, date]:
    """The days asked for, if a report can be about them.

    Raises:
        RequestError: they are not in order, not over, or far from any ledger.
    """
    for day in (first, last):
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise RequestError(f"{day} is out of range: years are {_FIRST_YEAR} to {_LAST_YEAR}")
    if last < first:
        raise RequestError(f"--until {last} is before --from {first}")
    if last > facts.day:
        raise RequestError(f"{last} is after {facts.day}, the day to judge by (--date)")
    return first, last


def _document(facts: Judged, report: Report) -> dict[str, Any]:
    return {
        "format": 1,
        "date": facts.day.isoformat(),
        "commit": facts.network.commit,
        "exit_code": 0,
        "report": report.name,
        "currency": facts.network.company.currency.code,
        **report.more,
        "rows": [_object(report.head, row) for row in report.rows],
        **({"total": _object(report.head, report.total)} if report.total else {}),
    }


def _object(head: Sequence[str], row: Sequence[Cell]) -> dict[str, str | int]:
    keys = (name.replace(" ", "_") for name in head)
    return {key: one for key, one in zip(keys, row, strict=True) if one not in (None, "")}


def _lines(report: Report) -> Iterator[str]:
    yield terminal(report.title)
    rows = [_texts(row) for row in report.rows]
    if rows:
        yield ""
        last = [_texts(report.total)] if report.total else []
        yield from table(report.head, [*rows, *last], ",".join(report.right))
    if report.notes:
        yield ""
    for note in report.notes:
        yield terminal(note)


def _texts(row: Sequence[Cell]) -> list[str]:
    return ["" if each is None else str(each) for each in row]


def _csv(rows: Sequence[Sequence[Cell]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([cell(each) for each in _texts(row)] for row in rows)
    return text.getvalue()
