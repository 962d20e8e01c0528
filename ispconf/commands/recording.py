"""Appending entries to the ledger: refused with all reasons, or written whole."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from errno import EPIPE
from functools import wraps
from typing import Any, Final, NamedTuple

import click

from ispconf.commands.judging import Judged
from ispconf.commands.session import Session
from ispconf.edge.appending import OvertakenError, Seen, append_entries
from ispconf.edge.ledgerfiles import newest
from ispconf.edge.spreading import refusals
from ispconf.errors import FilesError, IncompleteError, RequestError
from ispconf.ledger.checks import Known
from ispconf.ledger.closing import refusal
from ispconf.ledger.entries import Entry, to_mapping
from ispconf.network.company import Company
from ispconf.network.model import Network
from ispconf.network.wording import meant
from ispconf.planning.guards import doubtful

_TRIES: Final = 9  # a verb is done anew; who is overtaken more often waits for a quieter moment


def record(facts: Judged, journal: str, drafts: Sequence[Entry]) -> list[Entry]:
    """The drafts as they were appended to the journal's file of the day, with their numbers.

    Drafts that are numbered already, because some name others, keep these numbers.

    Raises:
        RequestError: there is no such journal, or it does not take their method.
        FilesError: why they may not be appended; nothing was written.
        OvertakenError: somebody recorded something since the facts were read.
    """
    network = facts.network
    company = network.company
    _taken(company, journal, drafts)
    if drafts and (why := refusal(facts.day, network.closed)):
        raise RequestError(f"nothing can be recorded on {facts.day}: {why}")
    named = [draft._replace(file=f"journal {journal}") for draft in drafts]
    wrong = refusals(network, named, known_of(network))
    if wrong:
        raise FilesError(wrong)
    if drafts and facts.session.day is None:  # a day that was typed is meant
        _doubt_clock(facts)
    seen = Seen(network.book.last, network.closed)
    return append_entries(facts.session.root, journal, facts.day, drafts, seen=seen)


def _doubt_clock(facts: Judged) -> None:
    """Says when a day of the clock is hardly today: a journal never goes back behind its last."""
    if said := doubtful(facts.day, newest(facts.session.root)):
        click.secho(f"warning: {said}", fg="yellow", err=True)


def again(verb: Callable[..., int]) -> Callable[..., int]:
    """A verb that records, done anew on what there is when others recorded while it judged.

    What it judged by (a reference that is free, a credit to be paid out) may be true no longer.
    """

    @wraps(verb)
    def called(session: Session, **given: Any) -> int:
        for _ in range(_TRIES):
            try:
                return verb(session, **given)
            except OvertakenError:
                session = replace(session, _opened={})  # it reads the files once
        return verb(session, **given)

    return called


def known_of(network: Network) -> Known:
    """What entries may refer to."""
    company = network.company
    return Known(
        frozenset(network.subscribers),
        company.methods,
        {name: each.methods for name, each in company.journals.items()},
        network.closed,
    )


def _taken(company: Company, journal: str, drafts: Iterable[Entry]) -> None:
    """Refuses a journal that the company does not have, or that takes other methods."""
    journals = company.journals
    if journals and journal not in journals:
        said = f'"{journal}" is not in journals of ispconf.yaml{meant(journal, journals)}'
        raise RequestError(said)
    takes = journals[journal].methods if journals else ()
    for method in {draft.method for draft in drafts if draft.method} if takes else ():
        if method not in takes:
            raise RequestError(f"journal {journal} takes {', '.join(takes)}, not {method}")


def taking(company: Company, method: str) -> str:
    """The only journal that takes the method.

    Raises:
        RequestError: none takes it, or several do.
    """
    taking = [name for name, journal in company.journals.items() if method in journal.methods]
    if len(taking) == 1:
        return taking[0]
    if taking:
        raise RequestError(f"{method} is taken by {', '.join(taking)}: name one with --journal")
    hint = "" if method in company.methods else meant(method, company.methods)
    raise RequestError(
        f"no journal of ispconf.yaml takes {method}{hint}: add it to the methods of one, or name "
        "the journal with --journal"
    )


class Turned(NamedTuple):
    """The services that were cut and are served with new entries, and the other way round."""

    restores: list[str]
    cuts: list[str]


def answer(
    facts: Judged,
    entries: Sequence[Entry],
    lines: Callable[[Turned], Iterable[str]],
    more: Mapping[str, object] | None = None,
) -> None:
    """Prints the entries as JSON or the lines, which are told what the entries restore or cut.

    ``more`` is for the JSON document alone. A service that comes back on a router that is not
    managed now is a warning (WH-043, WH-044).

    Raises:
        IncompleteError: Ctrl-C came, or there is no room for the output; the entries are in the
            ledger all the same, and the same again would record them twice.
    """
    try:
        _say(facts, entries, lines, more or {})
    except (KeyboardInterrupt, OSError) as error:
        if not entries or (isinstance(error, OSError) and error.errno == EPIPE):
            raise
        why = "interrupted" if isinstance(error, KeyboardInterrupt) else error.strerror
        last = f" to {entries[-1].no}" if entries[1:] else ""
        raise IncompleteError(
            f"{why}, but {entries[0].no}{last} is in {entries[0].file} already: "
            "do not run this again"
        ) from None


def _say(
    facts: Judged,
    entries: Sequence[Entry],
    lines: Callable[[Turned], Iterable[str]],
    more: Mapping[str, object],
) -> None:
    turned = _turned(facts, entries)
    warnings = [*_waiting(facts, turned.restores)]
    document = {
        "format": 1,
        "date": facts.day.isoformat(),
        "entries": [to_mapping(each) for each in entries] if facts.session.format == "json" else [],
        "restores": turned.restores,
        **({"cuts": turned.cuts} if turned.cuts else {}),
        **({"warnings": warnings} if warnings else {}),
        **more,
        "exit_code": 0,
    }
    facts.session.emit(document, lambda: lines(turned))
    for warning in warnings:
        click.secho(f"warning: {warning}", fg="yellow", err=True)


def _turned(facts: Judged, entries: Sequence[Entry]) -> Turned:
    """What these entries restore and cut."""
    concerned = {entry.subscriber for entry in entries if not _waits(entry, facts.day)}
    people = concerned & facts.network.subscribers.keys()
    if not people:
        return Turned([], [])
    was = facts.standings_of(people)
    now = facts.with_book(entries).standings_of(people)
    return Turned(
        *(
            [one for one, state in to.items() if state.served and of[one].served is False]
            for of, to in ((was, now), (now, was))
        )
    )


def _waits(entry: Entry, day: date) -> bool:
    """Whether it is a charge that changes nobody's service on a day.

    What is due later is paid after all that is due, so nothing else is open because of it.
    """
    return entry.type == "invoice" and entry.amount > 0 and bool(entry.due and entry.due > day)


def _waiting(facts: Judged, restores: Iterable[str]) -> Iterator[str]:
    """What is said of services that are restored here, but not on their router; once for each."""
    waiting: dict[str, list[str]] = {}
    for owner in restores:
        subscriber, _, name = owner.partition("/")
        router = facts.network.subscribers[subscriber].services[name].router or ""
        if router and facts.network.routers[router].api == "disabled":
            waiting.setdefault(router, []).append(owner)
    for router, owners in sorted(waiting.items()):
        one = len(owners) == 1
        which = owners[0] if one else f"{len(owners)} services"
        yield (
            f"{which} {'is' if one else 'are'} restored in the ledger, but not on {router}, which "
            f"has api: disabled: the change{' waits' if one else 's wait'} until it is enabled"
        )
