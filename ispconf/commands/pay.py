"""``pay``: records a payment, prints the receipt and what it will restore; or a file of them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import click

from ispconf.commands import incoming, papers
from ispconf.commands.doubting import doubt
from ispconf.commands.judging import Judged, judged
from ispconf.commands.numbers import numbered
from ispconf.commands.recording import Turned, again, answer, record, taking
from ispconf.commands.session import Day, Session, shared
from ispconf.commands.standing import known
from ispconf.errors import FilesError, RefusedError, RequestError
from ispconf.ledger.entries import Entry
from ispconf.payments import SOURCES, STATEMENTS, cash


@click.command("pay")
@shared()
@click.argument("words", metavar="SUBSCRIBER AMOUNT | FILE", nargs=-1, required=True)
@click.option("--method", help="How it was paid (default: cash; of a bank's file transfer).")
@click.option("--ref", help="Number of the receipt, transfer, deposit ...")
@click.option("--journal", help="The journal to write (default: the only one for the method).")
@click.option("--on", type=Day(), help="The day it was paid, if that was before today.")
@click.option("--for", "invoices", help="The invoices it pays, comma separated (default: oldest).")
@click.option("--from", "source", type=click.Choice([*STATEMENTS]), help="Many, from a FILE.")
@click.option("--map", "maps", multiple=True, help="Of a FILE: which column holds what.")
@click.option("--yes", is_flag=True, help="Do not ask: record what was matched, or that much.")
@click.option(
    "--unmatched",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="CSV",
    help="Of a FILE: where to put what could not be matched.",
)
@again
def command(
    session: Session,
    words: tuple[str, ...],
    method: str | None,
    ref: str | None,
    journal: str | None,
    on: date | None,
    invoices: str | None,
    source: str | None,
    maps: tuple[str, ...],
    yes: bool,
    unmatched: Path | None,
) -> int:
    r"""Record that SUBSCRIBER paid AMOUNT, and print the receipt; or many payments from a FILE.

    The entry is appended to ledger/; commit it. A reference is booked once; a payment settles the
    oldest invoice first, what is left is credit. The service is restored by the next apply. More
    than what is owed and three years of the plans is asked about; --yes records it without a
    terminal, too.

    A bank's file is CSV, whatever its delimiter, letters and signs. --map says which column holds
    date, amount and ref, and which say who paid: subscriber, invoice, tax_id, phone, name, text.
    It is shown first what would be recorded; --yes records it. Reading a file twice records nothing
    twice. What is left over goes to --unmatched, to be corrected there and read again.

    \b
      ispconf pay ana-lopez 350.00 --ref 0045
      ispconf pay ana-lopez 700.00 --method transfer --ref SPEI-8841 --on 2026-11-13
      ispconf pay --from csvbank november.csv --map date=Fecha,amount=Abono,ref=Referencia,name=3
      ispconf pay --from csvbank november.csv --map bbva --unmatched left.csv --yes
      ispconf pay --from csvbank left.csv --yes

    A map can be saved in ispconf.yaml:

    \b
      payments: {csvbank: {bbva: {date: Fecha, amount: Abono, ref: Referencia, name: Ordenante}}}
    """
    if source:
        if len(words) != 1 or ref or invoices or on:
            raise click.UsageError("--from takes one FILE, and no --ref, --for or --on.")
        return _many(session, source, Path(words[0]), _Asked(method, journal, maps, unmatched, yes))
    if maps or unmatched:
        raise click.UsageError("--map and --unmatched go with --from.")
    if len(words) != 2:  # noqa: PLR2004
        raise click.UsageError("Give SUBSCRIBER and AMOUNT.")
    if ref is None:
        raise click.UsageError("Missing option '--ref'.")
    written = {"subscriber": words[0], "amount": words[1], "method": method or cash.METHOD}
    written |= {"ref": ref} | ({"for": invoices} if invoices else {})
    written |= {"date": str(on)} if on else {}
    return _one(session, written, journal, yes=yes)


def _one(session: Session, written: dict[str, str], journal: str | None, *, yes: bool) -> int:
    facts = judged(session)
    person = known(facts, [written["subscriber"]])[0]
    written["subscriber"] = person.id
    if "for" in written:
        numbered(facts, [no.strip() for no in written["for"].split(",")], "invoice", "fee")
    try:
        draft = SOURCES["cash"](written, facts.day, facts.network.company.currency)
    except ValueError as error:
        raise RequestError(str(error)) from error
    if draft.date > facts.day:
        raise RequestError(f"--on {draft.date} is after {facts.day}: nobody has paid it yet")
    if not yes and (said := doubt(facts, person, draft.amount)):
        _ask(facts, said)
    journal = journal or taking(facts.network.company, written["method"])
    if session.format == "text":  # a receipt that cannot be printed is known before it is booked
        _receipt(facts, draft._replace(no=f"{journal}-000000"))
    try:
        entries = record(facts, journal, [draft])
    except FilesError:
        _refuse_again(facts, draft)
        raise
    answer(facts, entries, lambda turned: _lines(facts, entries[0], turned))
    return 0


def _refuse_again(facts: Judged, payment: Entry) -> None:
    """Says how a payment is recorded whose reference was booked and taken back: somebody else's."""
    book = facts.network.book
    first = book.by_reference.get((payment.method or "", payment.ref or ""))
    if first is None:
        return
    for entry in book.of_subscriber(first.subscriber):
        if entry.type == "reversal" and entry.of == first.no:
            booked = f'{first.method} reference "{first.ref}" was booked by {first.no}'
            raise RequestError(
                f"{booked}, which {entry.no} took back; the ledger has a reference once: write it "
                f'in another way, such as --ref "{first.ref} bis"'
            )


def _ask(facts: Judged, said: str) -> None:
    """Asks whether so much was really paid.

    Raises:
        RefusedError: nobody sits there who could be asked.
    """
    if not facts.session.asks or facts.session.format != "text":
        raise RefusedError(f"{said}; if it is right: --yes")
    click.confirm(f"{said}. Record it?", abort=True)


class _Asked(NamedTuple):
    """How the payments of a file are to be taken."""

    method: str | None
    journal: str | None
    maps: tuple[str, ...]
    unmatched: Path | None
    yes: bool


def _many(session: Session, source: str, file: Path, asked: _Asked) -> int:
    facts = judged(session)
    method = asked.method or STATEMENTS[source].METHOD
    journal = asked.journal or taking(facts.network.company, method)
    statement = incoming.read(facts, source, file, asked.maps)
    found = incoming.sorted_out(facts, statement, method, journal)
    if asked.unmatched:
        incoming.write_left(facts, found, asked.unmatched, file)
    return incoming.settle(facts, found, journal, yes=asked.yes)


def _lines(facts: Judged, payment: Entry, turned: Turned) -> Iterator[str]:
    yield _receipt(facts, payment)
    for service in turned.restores:
        yield f"{service} will be restored by the next apply."


def _receipt(facts: Judged, payment: Entry) -> str:
    after = facts.with_book([payment])
    return papers.press(after, logo=False).text(papers.receipt(after, payment, new=True))
