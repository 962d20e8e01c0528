"""Services that move to another router: handed over one by one, so that none has two (P-15).

All else is done before, and both routers are held. A service's row on the new router is added; as
soon as that is answered, the one on the old router stops working. It is removed later, when the new
router was read back. What breaks off here is finished by the rounds of the apply.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import NamedTuple

from ispconf.commands.survey import Look
from ispconf.commands.visiting import Visit
from ispconf.edge.applying import Outcome, carry_out
from ispconf.edge.fleet import side_by_side
from ispconf.errors import IspconfError
from ispconf.planning.changes import Action, Change
from ispconf.planning.expected import concerned, expected, form
from ispconf.planning.stages import arrivals, departures, retirement, stages
from ispconf.routeros.rows import State
from ispconf.routeros.tables import SECRET


class Handover(NamedTuple):
    """A service that comes to one router and leaves another."""

    new: Visit
    coming: Change
    old: Visit
    going: Change


def handovers(visits: Mapping[str, Visit]) -> tuple[Handover, ...]:
    """The services that move between routers that can both be written to.

    Where all changes are guarded, a router must be able to take back its own without another one:
    there the old row goes when the new router was found well.
    """
    coming = {
        owner: (visit, change)
        for visit in visits.values()
        for owner, change in arrivals(visit.plan.changes).items()
        if change.effect == "move" and change.action is Action.ADD
        and not visit.confirm.guarded(change)
    }  # fmt: skip
    return tuple(
        Handover(*coming[owner], visit, change)
        for visit in visits.values()
        for owner, changes in departures(visit.plan.changes).items()
        for change in changes
        if owner in coming and change.effect == "move" and coming[owner][0] is not visit
    )


def hand_over(planned: Iterable[Handover]) -> None:
    """Hands the services over, one after the other; whatever fails is left for a later round."""
    pairs = [each for each in planned if each.new.reached and each.old.reached]
    wanted: dict[str, list[Change]] = {}
    for each in pairs:
        wanted.setdefault(each.new.router, []).append(each.coming)
        wanted.setdefault(each.old.router, []).append(each.going)
    visits = {visit.router: visit for each in pairs for visit in (each.new, each.old)}
    names = list(wanted)
    found = side_by_side(lambda name: _prepared(visits[name], wanted[name]), names)
    ready: dict[str, dict[tuple[object, ...], Change]] = {
        name: {form(change): change for change in changes}
        for name, changes in zip(names, found, strict=True)
        if not isinstance(changes, IspconfError)
    }
    side_by_side(_in_turn, [list(_ready(pairs, ready))])


def _ready(
    pairs: Iterable[Handover], ready: Mapping[str, Mapping[tuple[object, ...], Change]]
) -> Iterator[Handover]:
    """Those whose two rows are as they were planned, with the ids of now."""
    for each in pairs:
        coming = ready.get(each.new.router, {}).get(form(each.coming))
        going = ready.get(each.old.router, {}).get(form(each.going))
        if coming and going:
            yield each._replace(coming=coming, going=going)


def _in_turn(pairs: Iterable[Handover]) -> None:
    lost: set[str] = set()
    with ExitStack() as stack:
        held = list(pairs)
        for visit in {v.router: v for each in held for v in (each.new, each.old)}.values():
            stack.enter_context(visit.stoppable())
        for each in held:
            if lost & {each.new.router, each.old.router}:
                continue
            visit = each.new
            try:
                if _make(visit, each.coming) is Outcome.DONE:
                    visit = each.old
                    _retire(visit, each.going)
            except IspconfError:  # the round that follows finds out what became of it
                lost.add(visit.router)


def _prepared(visit: Visit, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes of which the rows are as planned, with the ids of now; the lease is taken.

    Raises:
        RefusedError: the lease is somebody else's.
        RouterError: the line broke.
    """
    with visit.stoppable():
        line, look = visit.survey.lines[visit.router], visit.survey.looks[visit.router]
        visit.note(visit.lease.take(line))
        known = look.live.tables if isinstance(look, Look) else {}
        live = State({**known, **line.read(concerned(changes))})
        return expected(changes, visit.difference(live)[0], live).ready


def _make(visit: Visit, change: Change) -> Outcome:
    """Makes one change that is prepared, and tells what became of it.

    Raises:
        RefusedError: somebody took the lease over.
        RouterError: the line broke.
    """
    line = visit.survey.lines[visit.router]
    visit.lease.renew(line)
    return carry_out(line, stages([change]), visit.tell)[0].outcome


def _retire(visit: Visit, change: Change) -> None:
    """Stops a row from working that is removed later; one that cannot rest is removed now.

    Raises:
        RefusedError: somebody took the lease over.
        RouterError: the line broke.
    """
    words, visit.handed = retirement(change), True
    if change.table != SECRET.path:
        _make(visit, change)
    elif words:
        visit.lease.renew(visit.survey.lines[visit.router])
        visit.survey.lines[visit.router].run([words])
