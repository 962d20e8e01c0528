"""``pay``: records a payment, prints the receipt and what it will restore."""

from collections.abc import Iterator

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.recording import answer, record, restored, taking
from ispconf.commands.session import Session, shared
from ispconf.commands.standing import known
from ispconf.edge.templates import template
from ispconf.errors import RequestError
from ispconf.ledger import documents
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
    paper = template(facts.session.root, "receipt.txt.j2") or documents.RECEIPT
    if session.format == "text":  # a receipt that cannot be printed is known before it is booked
        _receipt(facts, person.name, draft._replace(no=f"{journal}-000000"), paper)
    entries = record(facts, journal, [draft])
    answer(facts, entries, lambda: _lines(facts, person.name, entries[0], paper))
    return 0


def _lines(facts: Judged, name: str, payment: Entry, paper: str) -> Iterator[str]:
    yield _receipt(facts, name, payment, paper)
    for service in restored(facts, facts.with_book([payment])):
        yield f"{service} will be restored by the next apply."


def _receipt(facts: Judged, name: str, payment: Entry, paper: str) -> str:
    after = facts.with_book([payment])
    person = facts.network.subscribers[payment.subscriber]
    standings = [after.standings[f"{person.id}/{service}"] for service in person.services]
    cuts = [standing.cut for standing in standings if standing.cut]
    plans = tuple(facts.network.plans[each.plan].name for each in person.services.values())
    what = documents.content(payment, after.network.book, name, plans, min(cuts, default=None))
    details = facts.network.company.company
    lines = (details.address, details.phone, details.tax_id)
    business = documents.Business(details.name, tuple(line for line in lines if line))
    return documents.receipt(what, business, facts.network.company.currency, paper)
