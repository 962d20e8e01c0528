"""What the tests of money are made of: one service, its invoices and payments, in few words."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from ispconf.ledger.billable import Billable, Tariff
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry, Line
from ispconf.ledger.facts import (
    Cancellation,
    Extra,
    Free,
    HandSuspension,
    Pause,
    Period,
    Tax,
)
from ispconf.ledger.invoicing import missing, numbered
from ispconf.ledger.money import Currency
from ispconf.ledger.standing import Standing, standings
from ispconf.ledger.terms import Terms

MXN = Currency.of("MXN")
CLP = Currency.of("CLP")
IVA = Tax(name="IVA", rate=Decimal(16), included=True)
IVA_ADDED = Tax(name="IVA", rate=Decimal(16), included=False)


def on(text: str) -> date:
    return date.fromisoformat(text)


def terms(**written: Any) -> Terms:
    """Terms as an operator writes them; 28/1/5 where nothing else is said."""
    return Terms.model_validate({"issue_day": "28", "due_day": "1", "cut_day": "5", **written})


def service(  # noqa: PLR0913 - a service has that many facts
    *,
    since: str = "2026-01-01",
    price: str = "350.00",
    free: tuple[str, str | None] | None = None,
    paused: tuple[tuple[str, str], ...] = (),
    suspended: tuple[str, str] | None = None,
    cancelled: str | None = None,
    subscriber: str = "ana",
    name: str = "casa",
    tax: Tax | None = None,
    refs: dict[str, str] | None = None,
    extras: dict[str, dict[str, Any]] | None = None,
    duration: int | None = None,
    item: str = "Hogar 20",
    earlier: tuple[Tariff, ...] = (),
    **written: Any,
) -> Billable:
    """One service of 350.00; further arguments are its terms."""
    return Billable(
        subscriber=subscriber,
        service=name,
        item=item,
        price=Decimal(price),
        since=on(since),
        terms=terms(**written),
        tax=("iva", tax) if tax else None,
        free=Free(from_=on(free[0]), until=on(free[1]) if free[1] else None) if free else None,
        paused=tuple(Pause(from_=on(first), until=on(last)) for first, last in paused),
        suspended=(
            HandSuspension(from_=on(suspended[0]), until=on(suspended[1]), reason="abuse report")
            if suspended
            else None
        ),
        cancelled=Cancellation(on=on(cancelled), reason="moved away") if cancelled else None,
        refs=refs or {},
        extras=tuple((each, Extra.model_validate(what)) for each, what in (extras or {}).items()),
        duration=duration,
        earlier=earlier,
    )


def entry(no: str, day: str, kind: Any, amount: str = "0", /, **more: Any) -> Entry:
    """An entry of ana's, recorded on its day (``recorded`` says another one)."""
    journal = no.rpartition("-")[0]
    recorded = more.pop("recorded", day)
    more.setdefault("subscriber", "ana")
    more.setdefault("file", f"ledger/{recorded[:4]}/{recorded[5:7]}/{recorded}-{journal}.yaml")
    more.setdefault("line", int(no[-6:]))
    return Entry(no=no, date=on(day), type=kind, amount=Decimal(amount), **more)


def invoice(  # noqa: PLR0913 - an invoice has that many fields
    number: int,
    start: str,
    end: str,
    *,
    due: str,
    cut: str | None,
    amount: str = "350.00",
    issued: str | None = None,
    name: str | None = "casa",
    kind: str = "service",
    **more: Any,
) -> Entry:
    return entry(
        f"invoices-{number:06d}",
        issued or due,
        "invoice",
        amount,
        service=name,
        period=Period(on(start), on(end)),
        due=on(due),
        cut=on(cut) if cut else None,
        lines=(Line("Hogar 20", Decimal(amount)),),
        kind=kind,
        **more,
    )


def month(year: int, number: int, *, counter: int, **more: Any) -> Entry:
    """The invoice of a calendar month: issued on the 28th before, due the 1st, cut the 5th."""
    first = date(year, number, 1)
    end = date(year + number // 12, number % 12 + 1, 1)
    before = date(year - (number == 1), (number - 2) % 12 + 1, 28)
    text = first.isoformat()
    cut = text[:8] + "05"
    return invoice(
        counter, text, end.isoformat(), due=text, cut=cut, issued=before.isoformat(), **more
    )


def payment(number: int, day: str, amount: str = "350.00", **more: Any) -> Entry:
    more = {"method": "cash", "ref": f"{number:04d}", **more}
    return entry(f"caja1-{number:06d}", day, "payment", amount, **more)


def bill(
    services: Iterable[Billable], book: Book, until: str | date, currency: Currency = MXN
) -> Book:
    """The book after a bill run up to a day."""
    day = on(until) if isinstance(until, str) else until
    return book.plus(numbered(missing(services, book, day, currency), "invoices", book))


def standing(one: Billable, entries: list[Entry], today: str, currency: Currency = MXN) -> Standing:
    return standings([one], Book.of(entries), on(today), currency)[one.id]
