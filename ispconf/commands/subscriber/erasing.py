"""``subscriber erase``: who somebody was goes, what they were charged stays."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.session import Session, shared
from ispconf.commands.standing import known
from ispconf.commands.subscriber.changing import kept_if_right
from ispconf.edge.erasing import Traces, forget_kept, traces
from ispconf.edge.files import open_network
from ispconf.edge.history import Repository
from ispconf.edge.spelling import written
from ispconf.edge.writing import write_whole
from ispconf.edge.yamltext import parse
from ispconf.errors import RefusedError, RequestError, Source
from ispconf.ledger.entries import Entry
from ispconf.ledger.invoicing import missing
from ispconf.ledger.standing import State
from ispconf.network.billing import billables
from ispconf.network.erasure import lost, mentions, remains
from ispconf.network.model import Network
from ispconf.network.subscriber import Subscriber


class Erased(NamedTuple):
    """What was done, and what is named elsewhere."""

    person: Subscriber
    keys: list[str]
    named: list[tuple[Source, str]]
    traces: Traces | None


@click.command("erase")
@shared()
@click.argument("subscriber")
@click.option("--keep-balance", is_flag=True, help="Erase although something is owed, or a credit.")
def erase(session: Session, subscriber: str, keep_balance: bool) -> int:
    r"""Erase who SUBSCRIBER was from their file; what was charged and paid stays.

    Gone are name, contact, address, tax number, language, notes, equipment, contracts, logins,
    passwords, devices, comments, and every reason or description that somebody wrote. What remains
    is what the books need: services with plan, router and days, billing terms, amounts of extras.
    So no sum, no invoice and no plan for a router changes, and check refuses a merge that brings
    something back.

    Every service must have ended and be billed to its end, and nothing may be open: a debt without
    a debtor cannot be collected, a credit not paid out. --keep-balance erases all the same.

    This changes one file. It does not reach git's history, which holds the older versions: they are
    listed, with the command that replaces them (git filter-repo). Nor the ledger, whose lines are
    kept as accounts must be: they have the id, and lines that say more are listed. An id that is a
    name stays a name; number your subscribers if that matters to you. Nor routers before the
    cancellation was applied, nor backups, clones, and receipts that were sent.

    \b
      ispconf subscriber erase ana-lopez
      ispconf subscriber erase ana-lopez --keep-balance
    """
    facts = judged(session)
    person = known(facts, [subscriber])[0]
    _may_go(facts, person, keep_balance=keep_balance)
    path = session.root / person.file
    tree = parse(path.read_bytes()).root
    stub = remains(tree, facts.day)
    with kept_if_right(session, person.file):
        write_whole(path, written(stub))
        if _unbilled(open_network(session.root, env=session.env), person, facts.day):
            raise RequestError(f"{person.file}: bill would write other invoices; nothing is erased")
    repository = Repository.of(session.root)
    left = traces(repository, person.id, written(stub)) if repository else None
    if repository:
        forget_kept(repository)
    entries = facts.network.book.of_subscriber(person.id)
    done = Erased(person, lost(tree, stub), list(mentions(tree, entries)), left)
    session.emit(_document(done), lambda: _lines(done))
    return 0


def _may_go(facts: Judged, person: Subscriber, *, keep_balance: bool) -> None:
    """Raises what stands against it: served, not billed to the end, or something open."""
    if person.erased:
        raise RequestError(f"{person.id} was erased on {person.erased}")
    for name in person.services:
        state = facts.standings_of([person.id])[f"{person.id}/{name}"].state
        if state is not State.CANCELLED:
            raise RequestError(
                f"{person.id}/{name} is {state}: end it first, with ispconf subscriber set "
                f"{person.id} services.{name}.cancelled.on={facts.day}"
            )
    drafts = _unbilled(facts.network, person, facts.day)
    if drafts:
        raise RequestError(f"{len(drafts)} invoices or fees are missing: ispconf bill first")
    owed = facts.balance_of(person.id)
    if owed and not keep_balance:
        currency = facts.network.company.currency
        side = "is owed" if owed > 0 else "is their credit"
        way = "write it off or take the payment" if owed > 0 else "refund it"
        raise RefusedError(
            f"{currency.text(abs(owed))} {currency.code} {side}: {way}, or say --keep-balance"
        )


def _unbilled(network: Network, person: Subscriber, day: date) -> Sequence[Entry]:
    services = billables(network, {person.id})
    return missing(services, network.book, day, network.company.currency)


def _document(done: Erased) -> dict[str, Any]:
    left = done.traces
    history = left and {
        "versions": left.versions,
        "commits": left.commits,
        "command": _command(left),
    }
    return {
        "format": 1,
        "subscriber": done.person.id,
        "file": done.person.file,
        "erased": done.keys,
        "ledger": [{"file": at.file, "line": at.line, "field": name} for at, name in done.named],
        "history": history,
        "exit_code": 0,
    }


def _command(left: Traces) -> str:
    return f'git filter-repo --force --blob-callback "$(cat {left.script})"'


def _lines(done: Erased) -> Iterator[str]:
    who, file = done.person.id, done.person.file
    yield f"{file} holds what the books need and no more; gone: {', '.join(done.keys)}."
    yield "Commit it. What is left elsewhere:"
    if done.traces:
        left = done.traces
        versions, commits = _count(left.versions, "version"), _count(left.commits, "commit")
        yield f"  history    {versions} of the file in {commits}; to replace every one, once this"
        yield f"             is committed: {_command(left)}"
        yield "             then push every branch with --force, and have every clone made anew;"
        yield "             messages of commits: --replace-message of the same program"
    yield f"  ledger     {who} as an id, in {_count(len(done.named), 'line')} more than that"
    for place, field in done.named:
        yield f"               {place}: {field}"
    yield "  routers    until the cancellation was applied: ispconf plan"
    yield "  branches   plans and journals of applies that name the login or the address"
    yield "  elsewhere  backups, clones, and receipts that were sent"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
