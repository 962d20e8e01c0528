"""``import``: what a router has becomes files: its accounts, or what was changed on it by hand."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click

from ispconf.commands.drift import Drifted, drifted
from ispconf.commands.importing import Taken, written
from ispconf.commands.judging import Judged, judged
from ispconf.commands.reaching import address
from ispconf.commands.session import Session, shared
from ispconf.commands.survey import chosen
from ispconf.edge.routers import reading
from ispconf.errors import Exit, IncompleteError, RequestError
from ispconf.escape import terminal
from ispconf.network.router import Router
from ispconf.planning.accepting import Case, Refused, accepted
from ispconf.planning.byhand import by_hand
from ispconf.planning.changes import Change, compare
from ispconf.planning.counting import counted
from ispconf.planning.desired import tables
from ispconf.planning.drafting import drafts, foreign
from ispconf.planning.effects import HOME
from ispconf.planning.report import drift as report
from ispconf.planning.report import wording
from ispconf.routeros.rows import State
from ispconf.services.account import Account

_KINDS: Final = {"secrets": "pppoe", "queues": "queue"}
"""What the sources are called, and the kind of access that each describes."""


@click.command("import")
@shared()
@click.argument("router")
@click.option("--drift", is_flag=True, help="Only what was changed by hand since the last apply.")
@click.option(
    "--source", help=f"Which accounts, comma separated: {','.join(_KINDS)} (default: all)."
)
@click.option(
    "--select",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Only the accounts whose user name or address stands in FILE, one a line.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def command(
    session: Session,
    router: str,
    drift: bool,
    source: str | None,
    select: Path | None,
    dry_run: bool,
) -> int:
    r"""Write into files what ROUTER has: who is there and in no file yet, with the plans they need.

    Rows that bear our mark, and users and addresses that a file knows, are left alone. Prices and
    names of people are for you to fill in; apply --adopt then takes the rows over as they are.

    With --drift it takes what was changed by hand on our rows since the last apply instead of
    putting it right: plan, address, password, device, the limits of a plan; a secret that was
    disabled becomes a suspension by hand; a new account becomes a draft. What no file can say is
    listed, and apply puts it right. Nothing is written when the files would not pass check.

    \b
      ispconf import norte-1 --dry-run
      ispconf import norte-1 --source secrets --select users.txt
      ispconf import norte-1 --drift
    """
    if drift and (source or select):
        raise click.UsageError("--source and --select choose accounts; --drift takes what differs")
    now = judged(session)
    (asked,) = chosen(now, [router], ())
    wanted = _wanted(source, select)
    taken = _by_hand(now, asked, dry=dry_run) if drift else _accounts(now, asked, wanted, dry_run)
    session.emit(_document(asked, taken, dry=dry_run), lambda: _lines(taken, dry=dry_run))
    return int(Exit.OK)


class _Wanted:
    """Which accounts are asked for."""

    def __init__(self, kinds: Iterable[str], names: frozenset[str] | None) -> None:
        self._kinds, self._names = frozenset(kinds), names

    def __contains__(self, account: object) -> bool:
        if not isinstance(account, Account) or account.kind not in self._kinds:
            return False
        return self._names is None or bool({account.user, account.address} & self._names)


def _wanted(source: str | None, select: Path | None) -> _Wanted:
    sources = [each.strip() for each in source.split(",")] if source else list(_KINDS)
    for each in sources:
        if each not in _KINDS:
            raise click.UsageError(f'--source: "{each}" is not one of {", ".join(_KINDS)}')
    names = None
    if select:
        try:
            rows = select.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeError) as error:
            raise RequestError(f"{select} cannot be read: {error}") from error
        names = frozenset(row.strip() for row in rows) - {""}
    return _Wanted((_KINDS[each] for each in sources), names)


def _accounts(now: Judged, router: Router, wanted: _Wanted, dry: bool) -> Taken:
    """Drafts for the accounts that are in no file."""
    with reading(address(now, router)) as line:
        live = State(line.read(tables(router)))
    network = now.network
    found = [account for account in foreign(network, router, live) if account in wanted]
    return written(now, [*drafts(network, router, live, found, now.day)], dry=dry)


def _by_hand(now: Judged, router: Router, *, dry: bool) -> Taken:
    """The changes by hand as facts, the accounts that somebody added as drafts."""
    found = drifted(now.session, now, [router])
    if not found:
        raise RequestError(f"{router.id} is new in the files: nothing was applied to it yet")
    (drift,) = found
    if drift.live is None:
        raise IncompleteError(f"{router.id}: {drift.plan.problem or drift.plan.status.value}")
    reasons = {change.owner: _said(change, router) for change in drift.plan.changes}
    case = Case(now.network, router, drift.wanted, drift.live, now.day, frozenset(reasons), reasons)
    new = foreign(now.network, router, _added(drift, drift.live))
    found_here = [*accepted(case), *drafts(now.network, router, drift.live, new, now.day)]
    live = drift.live
    return written(now, found_here, dry=dry, then=lambda after: _left(after, router, drift, live))


def _said(change: Change, router: Router) -> str:
    """Why a service is suspended by hand: who did it on which router."""
    who = f", {change.by[0]} {change.by[1]}".rstrip() if change.by else ""
    return f"by hand on {router.id}{who}"


def _added(drift: Drifted, live: State) -> State:
    """The state with those accounts alone whose rows somebody added, by the router's own history.

    Whoever was there before an apply and is in no file is left alone, as ever.
    """
    ids = {(deed.path, deed.id) for deed in drift.told if deed.verb == "added"}
    return State(
        {
            path: tuple(row for row in rows if path not in HOME or (path, row.id) in ids)
            for path, rows in live.tables.items()
        }
    )


def _left(after: Judged, router: Router, drift: Drifted, live: State) -> list[Change]:
    """What apply would still put right after the files were changed."""
    still = compare(after.wanted(router.id), live).changes
    known = {(change.table, *change.key.items()) for change in drift.plan.changes}
    return [change for change in by_hand(still) if (change.table, *change.key.items()) in known]


def _document(router: Router, taken: Taken, *, dry: bool) -> dict[str, Any]:
    return {
        "format": 1,
        "router": router.id,
        "exit_code": int(Exit.OK),
        "written": not dry,
        "changed": [
            {"file": file, "owner": fact.owner, "key": ".".join(fact.path), "text": fact.words}
            for file, fact in taken.facts
        ],
        "new": [{"file": draft.file, "text": draft.words} for draft in taken.drafts],
        "refused": [each._asdict() for each in taken.refused],
        "left": [
            {
                "table": change.table,
                "key": dict(change.key),
                "owner": change.owner,
                "text": report.what(change),
            }
            for change in taken.left
        ],
    }


def _lines(taken: Taken, *, dry: bool) -> Iterator[str]:
    for file, fact in taken.facts:
        yield f"  ~ {file}   {terminal(fact.owner)}: {terminal(fact.words)}"
    for draft in taken.drafts:
        yield f"  + {draft.file}   {terminal(draft.words)}"
    yield from _refusals(taken.refused)
    for change in taken.left:
        row = f"{change.table} {wording.name(change)}  {report.what(change)}".rstrip()
        yield f"  left: {row}; ispconf apply puts it right"
    files = {file for file, _ in taken.facts} | {draft.file for draft in taken.drafts}
    if not files:
        yield "Nothing to write."
        return
    them = "it" if len(files) == 1 else "them"
    deed = "would be written" if dry else f"written; look at {them} with git diff, then commit"
    yield f"{counted(len(files), 'file')} {deed}."


def _refusals(refused: Sequence[Refused]) -> Iterator[str]:
    for each in refused:
        yield f"  not taken: {terminal(each.owner)}: {terminal(each.why)}"
