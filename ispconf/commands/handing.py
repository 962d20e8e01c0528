"""Services that move to another router: handed over one by one, so that none has two (P-15).

All else is done before, and both routers are held. A service's row on the new router is added; as
soon as that is answered, the one on the old router stops working. It is removed later, when the new
router was read back. What breaks off here is finished by the rounds of the apply.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import NamedTuple

from ispconf.commands.visiting import Visit
from ispconf.edge.applying import Outcome
from ispconf.edge.fleet import side_by_side
from ispconf.errors import IspconfError
from ispconf.planning.changes import Action, Change
from ispconf.planning.expected import form
from ispconf.planning.stages import arrivals, departures


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
    found = side_by_side(lambda name: visits[name].prepared(wanted[name]), names)
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
                if visit.order(each.coming) is Outcome.DONE:
                    visit = each.old
                    visit.retire(each.going)
            except IspconfError:  # the round that follows finds out what became of it
                lost.add(visit.router)
