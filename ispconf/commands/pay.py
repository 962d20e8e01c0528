"""``pay``: records a payment, prints the receipt and what it will restore."""

from collections.abc import Iterator

import click

from ispconf.commands import papers
from ispconf.commands.judging import Judged, judged
from ispconf.commands.recording import answer, record, restored, taking
from ispconf.commands.session import Session, shared
from ispconf.commands.standing import known
from ispconf.errors import RequestError
from ispconf.ledger.entries import Entry
from ispconf.payments import SOURCES


@click.command("pay")
@shared()
@click.argument("subscriber")
@click.argument("amount")
@click.option("--method", default="cash", show_default=True, help="How it was paid.")
@click.option("--ref", required=True, help="Number of the receipt, transfer, deposit ...")
@click.option("--journal", help="The journal to write (default: the only one for the method).")
@click.option("--for", "invoices", help="The invoices it pays, comma separated (default: oldest).")
def command(
    session: Session,
    subscriber: str,
    amount: str,
    method: str,
    ref: str,
    journal: str | None,
    invoices: str | None,
) -> int:
    r"""Record that SUBSCRIBER paid AMOUNT, and print the receipt.

    The entry is appended to ledger/; commit it. A reference is booked once; a payment settles the
    oldest invoice first, what is left is credit. The service is restored by the next apply.

    \b
      ispconf pay ana-lopez 350.00 --ref 0045
      ispconf pay ana-lopez 700.00 --method transfer --ref SPEI-8841
    """
    facts = judged(session)
    person = known(facts, [subscriber])[0]
    written = {"subscriber": person.id, "amount": amount, "method": method, "ref": ref}
    if invoices:
        written["for"] = invoices
    try:
        draft = SOURCES["cash"](written, facts.day, facts.network.company.currency)
    except ValueError as error:
        raise RequestError(str(error)) from error
    journal = journal or taking(facts.network.company, method)
    if session.format == "text":  # a receipt that cannot be printed is known before it is booked
        _receipt(facts, draft._replace(no=f"{journal}-000000"))
    entries = record(facts, journal, [draft])
    answer(facts, entries, lambda: _lines(facts, entries[0]))
    return 0


def _lines(facts: Judged, payment: Entry) -> Iterator[str]:
    yield _receipt(facts, payment)
    for service in restored(facts, facts.with_book([payment])):
        yield f"{service} will be restored by the next apply."


def _receipt(facts: Judged, payment: Entry) -> str:
    after = facts.with_book([payment])
    return papers.press(after, logo=False).text(papers.receipt(after, payment))
