"""``bill``: records the invoices and fees that are missing, each exactly once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.recording import answer, record, restored
from ispconf.commands.session import Day, Session, shared
from ispconf.commands.tables import table
from ispconf.escape import terminal
from ispconf.ledger.entries import Entry
from ispconf.ledger.invoicing import missing, numbered
from ispconf.ledger.limits import unbillable
from ispconf.network.billing import billables

_HEAD = ("no", "date", "service", "period", "due", "cut", "total")


@click.command("bill")
@shared()
@click.option("--until", type=Day(), help="Bill up to this day (default: the day of --date).")
@click.option("--journal", default="invoices", show_default=True, help="The journal to write.")
def command(session: Session, until: date | None, journal: str) -> int:
    """Record the invoices and fees that are missing up to the day.

    Running it twice, or after missed days, gives the same ledger. What belongs to a closed month is
    dated on the first day after it. The entries are appended to ledger/; commit them.
    """
    facts = judged(session)
    network = facts.network
    billed = billables(network)
    for problem in unbillable(billed):
        click.secho(terminal(str(problem)), fg="yellow", err=True)
    found = missing(billed, network.book, until or facts.day, network.company.currency)
    drafts = _open(found, network.closed)
    written = record(facts, journal, numbered(drafts, journal, network.book))
    answer(facts, written, lambda: _lines(facts, written))
    return 0


def _open(drafts: Sequence[Entry], closed: date | None) -> list[Entry]:
    """The drafts; what was found too late for its month is dated on the first day not closed."""
    if closed is None:
        return [*drafts]
    first = closed + timedelta(days=1)
    late = sum(each.date < first for each in drafts)
    if late:
        said = f"{late} of closed months (through {closed}): dated {first}"
        click.secho(said, fg="yellow", err=True)
    return [each._replace(date=max(each.date, first)) for each in drafts]


def _lines(facts: Judged, written: Sequence[Entry]) -> Iterator[str]:
    if not written:
        yield "Nothing to bill: every invoice up to the day is there."
        return
    currency = facts.network.company.currency
    yield from table(
        _HEAD, ((*_row(entry), currency.text(entry.amount)) for entry in written), "total"
    )
    total = sum((entry.amount for entry in written), Decimal(0))
    counts = Counter(entry.type for entry in written)
    told = [f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in counts.items()]
    yield f"{', '.join(told)}, {currency.text(total)} {currency.code}"
    cuts = restored(facts.with_book(written), facts, written)
    if cuts:  # the run came late, or a journal is missing
        which = cuts[0] if len(cuts) == 1 else f"{len(cuts)} services"
        yield f"{which} will be cut by the next apply: open invoices are past their cut date."


def _row(entry: Entry) -> tuple[str, ...]:
    if entry.type == "fee":
        about = f"{entry.kind} fee, {' '.join(entry.for_)}".rstrip(", ")
        return entry.no, str(entry.date), entry.subscriber, about, "", ""
    days = (str(day or "") for day in (entry.period, entry.due, entry.cut))
    return entry.no, str(entry.date), f"{entry.subscriber}/{entry.service}", *days
