"""``ledger close``: closes months, after which nothing may be dated in them."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.session import Month, Session, shared
from ispconf.edge import closings
from ispconf.edge.appending import appending_alone
from ispconf.errors import RequestError
from ispconf.ledger import closing
from ispconf.ledger.closing import Closing, Sealed
from ispconf.ledger.invoicing import missing
from ispconf.network.billing import billables
from ispconf.planning.counting import counted


@click.command("close")
@shared()
@click.argument("months", metavar="YYYY-MM...", type=Month(), nargs=-1, required=True)
def command(session: Session, months: tuple[date, ...]) -> int:
    r"""Close months: from then on no entry may be dated in them, and check proves that none is.

    A closing is a file beside the month's entries: what everybody owed at its end, the sums by
    type, the last number of each journal, and the SHA-256 of each file, chained to the closing
    before it. Commit it. What was wrong in a closed month is corrected by an entry of today.

    To open the last closed month again, delete its closing in a commit of its own, which `check
    --base` lets pass with --reopen alone.

    \b
      ispconf ledger close 2026-10
      sha256sum ledger/2026/10/*.yaml       # what it holds, for anybody to compare
    """
    with appending_alone(session.root):
        facts = judged(session)
        made = _closings(facts, sorted({f"{month:%Y-%m}" for month in months}))
        closings.write(session.root, made)
    session.emit(_document(facts, made), lambda: _lines(facts, made))
    return 0


def _closings(facts: Judged, months: Sequence[str]) -> list[Closing]:
    """The closings of the months, if all of them may be closed.

    Raises:
        RequestError: why not.
    """
    network, root = facts.network, facts.session.root
    before, made = closings.last(root), list[Closing]()
    _ready(facts, months)
    for month in months:
        found = closing.close(
            network.book,
            month,
            facts.day,
            network.company.currency,
            before=before,
            digests=closings.digests(root, month),
        )
        made.append(found)
        before = Sealed(found, closing.digest(closing.written(found).encode()))
    return made


def _ready(facts: Judged, months: Sequence[str]) -> None:
    """Refuses months that are closed or not over, with an open one before, or not yet billed."""
    network = facts.network
    for month in months:
        end = closing.end_of(month)
        if network.closed and end <= network.closed:
            raise RequestError(f"{month} is closed already: everything through {network.closed}")
        if facts.day <= end:
            first = end + timedelta(days=1)
            raise RequestError(f"{month} is not over: it can be closed from {first} on")
    files = {entry.file for entry in network.book.entries}
    open_ = closing.open_months(network.book, files, network.closed)
    if before := [one for one in open_ if one < months[-1] and one not in months]:
        whole = " ".join(sorted({*before, *months}))
        said = f"{', '.join(before)} before {months[-1]} {'are' if before[1:] else 'is'} still open"
        raise RequestError(f"{said}; close in order: ispconf ledger close {whole}")
    _billed(facts, closing.end_of(months[-1]))


def _billed(facts: Judged, end: date) -> None:
    network = facts.network
    left = missing(billables(network), network.book, end, network.company.currency)
    if left:
        count = "1 invoice or fee is" if len(left) == 1 else f"{len(left)} invoices and fees are"
        raise RequestError(
            f"{count} missing up to {end}, the first of {left[0].subscriber}: "
            f"ispconf bill --until {end}"
        )


def _lines(facts: Judged, made: Sequence[Closing]) -> Iterator[str]:
    currency = facts.network.company.currency
    for each in made:
        count = sum(total.count for total in each.totals.values())
        owed, credit = _sides(each)
        where = [counted(len(each.files), "file")] if each.files else []
        if each.late:
            where.append(f"files of later months ({len(each.late)})")
        yield (
            f"{each.month} closed: {count} {'entry' if count == 1 else 'entries'}"
            f"{' in ' if where else ''}{' and '.join(where)}; "
            f"{currency.text(owed)} {currency.code} owed, {currency.text(credit)} paid ahead"
        )
        yield f"  {each.file}: commit it"


def _sides(one: Closing) -> tuple[Decimal, Decimal]:
    """What all who owe owe, and what all others have paid ahead."""
    amounts = one.balances.values()
    owed = sum((each for each in amounts if each > 0), Decimal(0))
    return owed, owed - sum(amounts, Decimal(0))


def _document(facts: Judged, made: Sequence[Closing]) -> dict[str, object]:
    text = facts.network.company.currency.text
    closed = [
        {
            "month": each.month,
            "file": each.file,
            "entries": sum(total.count for total in each.totals.values()),
            "owed": text(_sides(each)[0]),
            "credit": text(_sides(each)[1]),
            "totals": {
                kind: {"count": total.count, "effect": text(total.effect)}
                for kind, total in each.totals.items()
            },
            "journals": each.journals,
        }
        for each in made
    ]
    return {"format": 1, "date": facts.day.isoformat(), "closed": closed, "exit_code": 0}
