"""Appending entries to the ledger: refused with all reasons, or written whole."""

from collections.abc import Callable, Iterable, Sequence

from ispconf.commands.judging import Judged
from ispconf.commands.standing import entry_document
from ispconf.edge.appending import append_entries
from ispconf.errors import FilesError, RequestError
from ispconf.ledger.checks import Known, refusals
from ispconf.ledger.entries import Entry
from ispconf.network.company import Company
from ispconf.network.wording import meant


def record(facts: Judged, journal: str, drafts: Sequence[Entry]) -> list[Entry]:
    """The drafts as they were appended to the journal's file of the day, with their numbers.

    Drafts that are numbered already, because some name others, keep these numbers.

    Raises:
        RequestError: there is no such journal, or it does not take their method.
        FilesError: why they may not be appended; nothing was written.
        RefusedError: somebody took the numbers meanwhile.
    """
    network = facts.network
    company = network.company
    _taken(company, journal, drafts)
    known = Known(
        frozenset(network.subscribers),
        company.methods,
        {name: each.methods for name, each in company.journals.items()},
    )
    named = [draft._replace(file=f"journal {journal}") for draft in drafts]
    wrong = refusals(network.book, named, company.currency, known)
    if wrong:
        raise FilesError(wrong)
    last = drafts[0].number - 1 if drafts and drafts[0].no else None
    return append_entries(facts.session.root, journal, facts.day, drafts, last=last)


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


def answer(facts: Judged, entries: Sequence[Entry], lines: Callable[[], Iterable[str]]) -> None:
    """Prints the entries as JSON or the lines, and which services they restore."""
    document = {
        "format": 1,
        "date": facts.day.isoformat(),
        "entries": [entry_document(entry) for entry in entries],
        "restores": restored(facts, facts.with_book(entries)) if entries else [],
        "exit_code": 0,
    }
    facts.session.emit(document, lines)


def restored(before: Judged, after: Judged) -> list[str]:
    """The services that were cut and are served with the new entries."""
    return [
        service
        for service, standing in after.standings.items()
        if standing.served and before.standings[service].served is False
    ]
