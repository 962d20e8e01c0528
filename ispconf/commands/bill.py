"""``bill``: records the invoices and fees that are missing, each exactly once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from textwrap import shorten

import click

from ispconf.commands.charging import other_income
from ispconf.commands.judging import Judged, judged
from ispconf.commands.recording import Turned, again, answer, record
from ispconf.commands.session import Day, Session, shared
from ispconf.commands.standing import known
from ispconf.commands.tables import table
from ispconf.edge.spreading import missing
from ispconf.escape import terminal
from ispconf.ledger.entries import Entry
from ispconf.ledger.invoicing import in_order, numbered
from ispconf.ledger.limits import told

_LATE = timedelta(days=7)
_EARLY = timedelta(days=62)  # nobody bills more than two months ahead
_ITEMS = 60  # letters of what is charged that the list shows
_HEAD = ("no", "date", "service", "period", "due", "cut", "total")


@click.command("bill")
@shared()
@click.argument("subscribers", metavar="[SUBSCRIBER]...", nargs=-1)
@click.option("--until", type=Day(), help="Bill up to this day (default: the day of --date).")
@click.option("--journal", default="invoices", show_default=True, help="The journal to write.")
@click.option(
    "--other",
    nargs=2,
    multiple=True,
    metavar="ITEM AMOUNT",
    help="Other income: equipment, a visit ... may be given several times.",
)
@click.option("--tax", help="Of --other: a tax of ispconf.yaml (default: none).")
@click.option("--due", type=Day(), help="Of --other: when it is to be paid (default: today).")
@again
def command(
    session: Session,
    subscribers: tuple[str, ...],
    until: date | None,
    journal: str,
    other: tuple[tuple[str, str], ...],
    tax: str | None,
    due: date | None,
) -> int:
    r"""Record the invoices and fees that are missing up to the day, of all or of some.

    Running it twice, or after missed days, gives the same ledger. What belongs to a closed month is
    dated on the first day after it. The entries are appended to ledger/; commit them.

    With --other it is one invoice of other income: it never cuts a service.

    \b
      ispconf bill
      ispconf bill ana-lopez --until 2026-12-01
      ispconf bill ana-lopez --other "Router Wi-Fi" 900.00 --tax iva --due 2026-12-15
    """
    if other and (len(subscribers) != 1 or until):
        raise click.UsageError("--other is for one SUBSCRIBER, without --until.")
    if (tax or due) and not other:
        raise click.UsageError("--tax and --due go with --other.")
    facts = judged(session)
    if other:
        drafts = [other_income(facts, subscribers[0], other, tax, due)]
    else:
        drafts = _periods(facts, subscribers, until or facts.day)
    written = record(facts, journal, numbered(drafts, journal, facts.network.book))
    answer(facts, written, lambda turned: _lines(facts, written, turned))
    return 0


def _periods(facts: Judged, subscribers: Sequence[str], until: date) -> list[Entry]:
    """What is missing up to a day, of these subscribers or of all."""
    network = facts.network
    only = [person.id for person in known(facts, subscribers)] if subscribers else None
    drafts, limits = missing(network, until, only)
    for problem in told(limits):
        click.secho(terminal(str(problem)), fg="yellow", err=True)
    found = in_order(drafts)
    empty = network.book.latest == date.min
    for said in (*_late(found, facts.day, empty=empty), *_early(found, facts.day)):
        click.secho(said, fg="yellow", err=True)
    return _open(found, network.closed)


def _late(drafts: Sequence[Entry], today: date, *, empty: bool) -> Iterator[str]:
    """What is to be known of a run that finds weeks of invoices: nobody has seen them yet."""
    late = [each for each in drafts if each.type == "invoice" and each.date < today - _LATE]
    if not late:
        return
    oldest = min(each.date for each in late)
    yield (
        f"{len(late)} of {len(drafts)} come late, the oldest by {(today - oldest).days} days "
        f"({oldest}); who is past the cut date by now is cut by the next apply, within its guards"
    )
    if empty:
        yield (
            "ledger/ had no entries: is a part of the repository missing? What another system has "
            "billed is recorded by: ispconf ledger opening"
        )


def _early(drafts: Sequence[Entry], today: date) -> Iterator[str]:
    """What is to be known of a run that goes far beyond today: --until with a slip in it."""
    early = [each for each in drafts if each.date > today + _EARLY]
    if early:
        last = max(each.date for each in early)
        yield (
            f"{len(early)} of {len(drafts)} are dated more than {_EARLY.days} days ahead, the last "
            f"{last}: what is wrong can be credited, not taken out"
        )


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


def _lines(facts: Judged, written: Sequence[Entry], turned: Turned) -> Iterator[str]:
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
    cuts = turned.cuts
    if cuts:  # the run came late, or a journal is missing
        which = cuts[0] if len(cuts) == 1 else f"{len(cuts)} services"
        yield f"{which} will be cut by the next apply: open invoices are past their cut date."


def _row(entry: Entry) -> tuple[str, ...]:
    if entry.type == "fee":
        about = f"{entry.kind} fee, {' '.join(entry.for_)}".rstrip(", ")
        return entry.no, str(entry.date), entry.subscriber, about, "", ""
    about = entry.service or shorten(
        ", ".join(line.item for line in entry.lines), _ITEMS, placeholder=" ..."
    )
    days = (str(day or "") for day in (entry.period, entry.due, entry.cut))
    return entry.no, str(entry.date), f"{entry.subscriber}/{about}", *days
