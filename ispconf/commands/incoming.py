"""Payments of a whole file: whose they are, which are recorded already, and what is left over.

Everything is known and shown before anything is written. Knows nothing of how a file is read
(``payments``) or who is who (``network.payers``).
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Final, NamedTuple

import click

from ispconf.commands.doubting import doubt
from ispconf.commands.judging import Judged
from ispconf.commands.recording import Turned, answer, known_of, record
from ispconf.commands.tables import table
from ispconf.edge.writing import write_whole
from ispconf.errors import RequestError
from ispconf.escape import cell, terminal
from ispconf.ledger.checks import refusals
from ispconf.ledger.documents.locale import Locale
from ispconf.ledger.entries import Entry
from ispconf.ledger.typed import draft
from ispconf.network.payers import Payers, Unknown
from ispconf.payments import STATEMENTS
from ispconf.payments.records import CLUES, LEFT, Record, Statement

_WEEK: Final = timedelta(days=7)
"""How far a bank's day may be from the one under which somebody recorded the same reference."""
_HEAD: Final = ("line", "date", "amount", "ref", "subscriber", "name", "found by")
_LEFT_HEAD: Final = ("line", "date", "amount", "ref", "who", "why")


class Matched(NamedTuple):
    """A payment that can be recorded."""

    record: Record
    entry: Entry
    by: str


class Booked(NamedTuple):
    """A payment that was recorded before."""

    record: Record
    entry: Entry


class Left(NamedTuple):
    """A line that cannot be recorded as it is; ``near`` are subscribers who may be meant."""

    record: Record
    why: str
    near: tuple[str, ...] = ()


class Sorted(NamedTuple):
    """All lines of a file about money that came in, and how many are about something else."""

    matched: list[Matched]
    booked: list[Booked]
    left: list[Left]
    others: int


def read(facts: Judged, source: str, file: Path, asked: Sequence[str]) -> Statement:
    """The file's records, by the columns that were asked for or that the company has saved.

    Raises:
        RequestError: the file or the map cannot be understood.
    """
    company = facts.network.company
    try:
        data = file.read_bytes()
    except OSError as error:
        raise RequestError(f"{file} cannot be read: {error.strerror}") from error
    mapping = _mapping(facts, source, asked)
    first = Locale.of(company.locale, company.currency).month_first
    try:
        return STATEMENTS[source].statement(
            data, mapping, company.currency, facts.day, month_first=first
        )
    except ValueError as error:
        raise RequestError(f"{file}: {error}") from error


def _mapping(facts: Judged, source: str, asked: Sequence[str]) -> Mapping[str, str]:
    """The map that was typed, or the saved one that was named, or the only one there is."""
    saved: Mapping[str, Mapping[str, str]] = getattr(facts.network.company.payments, source)
    named = [each for each in asked if "=" not in each]
    if named and (len(asked) > 1 or named[0] not in saved):
        known = f"payments: {source}: of ispconf.yaml has {', '.join(saved) or 'none'}"
        raise RequestError(
            f"--map {named[0]}: write columns like date=Fecha, or a saved map; {known}"
        )
    if named:
        return saved[named[0]]
    if asked:
        try:
            return STATEMENTS[source].columns(",".join(asked))
        except ValueError as error:
            raise RequestError(f"--map: {error}") from error
    return next(iter(saved.values())) if len(saved) == 1 else {}


def sorted_out(facts: Judged, statement: Statement, method: str, journal: str) -> Sorted:
    """What becomes of each line, every rule of the ledger applied."""
    network = facts.network
    payers = Payers(network.subscribers.values(), network.book)
    found = Sorted([], [], [], statement.others)
    refs: dict[str, int] = {}
    for each in statement.records:
        if each.wrong or each.date is None or each.amount is None:
            found.left.append(Left(each, each.wrong))
        elif each.date > facts.day:
            found.left.append(Left(each, f"{each.date} is after {facts.day}"))
        elif each.ref in refs:
            found.left.append(Left(each, f"has the reference of line {refs[each.ref]}"))
        else:
            refs[each.ref] = each.line
            _sort(facts, found, each, payers, method)
    return _allowed(facts, found, journal)


def _sort(facts: Judged, found: Sorted, one: Record, payers: Payers, method: str) -> None:
    """Puts one line that can be read where it belongs."""
    network = facts.network
    currency = network.company.currency
    booked = network.book.by_reference.get((method, one.ref))
    if booked is not None and one.date is not None:
        if booked.amount == one.amount and abs(booked.date - one.date) <= _WEEK:
            found.booked.append(Booked(one, booked))
        else:
            said = f"{currency.text(booked.amount)} on {booked.date}"
            found.left.append(Left(one, f"reference is booked already: {booked.no}, {said}"))
        return
    payer = payers.payer(one.clues, one.ref)
    if isinstance(payer, Unknown):
        found.left.append(Left(one, payer.why, payer.near))
        return
    if one.amount and (said := doubt(facts, network.subscribers[payer.subscriber], one.amount)):
        found.left.append(Left(one, f"{said}; if it is right: ispconf pay --yes"))
        return
    written: dict[str, object] = {
        "type": "payment",
        "date": str(one.date),
        "subscriber": payer.subscriber,
        "amount": f"{one.amount:f}",
        "method": method,
        "ref": one.ref,
        **({"for": list(payer.invoices)} if payer.invoices else {}),
    }
    try:
        found.matched.append(Matched(one, draft(written, currency), payer.by))
    except ValueError as error:
        found.left.append(Left(one, str(error)))


def _allowed(facts: Judged, found: Sorted, journal: str) -> Sorted:
    """The same, without the payments that the ledger does not take: they are left, and say why."""
    network = facts.network
    named = [
        each.entry._replace(file=f"journal {journal}", line=each.record.line)
        for each in found.matched
    ]
    wrong = refusals(network.book, named, network.company.currency, known_of(network))
    whys = {problem.source.line: problem.message for problem in reversed(wrong)}
    left = [
        Left(each.record, whys[each.record.line])
        for each in found.matched
        if each.record.line in whys
    ]
    kept = [each for each in found.matched if each.record.line not in whys]
    everything = sorted([*found.left, *left], key=lambda each: each.record.line)
    return found._replace(matched=kept, left=everything)


def settle(facts: Judged, found: Sorted, journal: str, *, yes: bool) -> int:
    """Shows what there is, records it when that is wanted, and gives the exit code."""
    session = facts.session
    entries: list[Entry] = []
    if session.format == "text":
        for line in _lines(facts, found):
            click.echo(line)
    if found.matched and not yes and session.asks and session.format == "text":
        yes = click.confirm(f"Record {_counted(len(found.matched), 'payment')} in {journal}?")
    if yes and found.matched:
        entries = record(facts, journal, [each.entry for each in found.matched])
    more = {
        "matched": [_matched(facts, each) for each in found.matched],
        "recorded": [_object(facts, each.record) | {"no": each.entry.no} for each in found.booked],
        "unmatched": [
            _object(facts, each.record) | {"why": each.why, "near": list(each.near)}
            for each in found.left
        ],
        "others": found.others,
    }
    answer(facts, entries, lambda turned: _ending(found, entries, turned), more)
    return 0


def _matched(facts: Judged, one: Matched) -> dict[str, object]:
    found = {"subscriber": one.entry.subscriber, "by": one.by}
    return (
        _object(facts, one.record)
        | found
        | ({"for": list(one.entry.for_)} if one.entry.for_ else {})
    )


def _object(facts: Judged, one: Record) -> dict[str, object]:
    texts = {"date": _day(one), "amount": _amount(facts, one), "ref": one.ref}
    return {"line": one.line} | {key: text for key, text in texts.items() if text}


def _day(one: Record) -> str:
    return str(one.date) if one.date else one.written["date"]


def _amount(facts: Judged, one: Record) -> str:
    if one.amount is None:
        return one.written["amount"]
    currency = facts.network.company.currency
    return currency.text(one.amount) if currency.fits(one.amount) else f"{one.amount:f}"


def _lines(facts: Judged, found: Sorted) -> Iterator[str]:
    people = facts.network.subscribers
    if found.matched:
        rows = (
            (
                *_cells(facts, each.record),
                each.entry.subscriber,
                people[each.entry.subscriber].name,
                each.by,
            )
            for each in found.matched
        )
        yield from table(_HEAD, rows, "line,amount")
        yield ""
    if found.left:
        left = ((*_cells(facts, each.record), _who(each.record), _why(each)) for each in found.left)
        yield from table(_LEFT_HEAD, left, "line,amount")
        yield ""
    currency = facts.network.company.currency
    total = currency.text(sum((each.entry.amount for each in found.matched), Decimal(0)))
    count = _counted(len(found.matched), "payment")
    yield (
        f"{count} of {total} {currency.code} to record, {len(found.booked)} recorded already, "
        f"{len(found.left)} left over, {_counted(found.others, 'line')} about something else."
    )


def _cells(facts: Judged, one: Record) -> tuple[str, ...]:
    return str(one.line), _day(one), _amount(facts, one), one.ref


def _who(one: Record) -> str:
    """The clue that says most to a person."""
    return next((one.clues[key] for key in ("name", "subscriber", *CLUES) if key in one.clues), "")


def _why(one: Left) -> str:
    return f"{one.why} (near: {', '.join(one.near)})" if one.near else one.why


def _ending(found: Sorted, entries: Sequence[Entry], turned: Turned) -> Iterator[str]:
    if not entries:
        if found.matched:
            yield "Nothing was written; --yes records them."
        return
    last = f" to {entries[-1].no}" if entries[1:] else ""
    yield f"Recorded {entries[0].no}{last}; receipts: ispconf receipt NO..."
    for service in turned.restores:
        yield f"{terminal(service)} will be restored by the next apply."


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def write_left(facts: Judged, found: Sorted, file: Path, source: Path) -> None:
    """The lines that are left as a file of our own columns, to be corrected and read again.

    Raises:
        RequestError: it is the file that was read, or it cannot be written.
    """
    if file.resolve() == source.resolve():
        raise RequestError(f"--unmatched {file} is the file that is read: name another one")
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("date", "amount", "ref", *CLUES, *sorted(LEFT, reverse=True)))
    for each in found.left:
        one = each.record
        clues = (one.clues.get(key, "") for key in CLUES)
        cells = (_day(one), _amount(facts, one), one.ref, *clues, each.why, " ".join(each.near))
        writer.writerow([cell(value) for value in cells])
    write_whole(file, text.getvalue().encode("utf-8-sig"))
