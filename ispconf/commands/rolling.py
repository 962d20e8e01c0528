"""A rollout as it goes: which routers are begun together, and which a stop holds back (P-17)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from ispconf.errors import RequestError
from ispconf.network.model import Network
from ispconf.network.rollout import Portion, size
from ispconf.network.wording import meant
from ispconf.planning.changeset import Changeset, RouterPlan, Status
from ispconf.planning.counting import counted
from ispconf.planning.report.text import Line as Shown
from ispconf.planning.rollout import Order, Wave, too_many, unproven, waves

HELD = "held back by a rollout that stopped"
_AWAY = (Status.UNREACHABLE, Status.INCOMPLETE)


@dataclass
class Rolling:
    """The order that is asked for, and how far it came.

    ``most_away`` is how many routers may be out of reach, ``pause`` the seconds between two waves;
    ``stopped`` says why it ended early.
    """

    order: Order = field(default_factory=Order)
    most_away: Portion | None = None
    pause: float = 0
    waves: tuple[Wave, ...] = ()
    stopped: str = ""
    held: tuple[str, ...] = ()
    untouched: frozenset[str] = frozenset()
    notes: list[str] = field(default_factory=list)

    def begin(
        self, changeset: Changeset, plans: Mapping[str, RouterPlan]
    ) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
        """The routers to begin together, time after time, and which of them must be well then.

        Who has nothing from the files to do goes with the first. Ends when ``judge`` has heard of
        one that is not well; after the last ones nobody has to be.
        """
        busy = _busy(plans.values())
        self.waves = waves(busy, self.order)
        if said := unproven(self.order.canary, self.waves):
            self.notes.append(said)
        away = [plan.router for plan in changeset.routers if plan.status in _AWAY]
        if self.most_away is not None and busy:
            total = len(changeset.routers)
            self.stopped = too_many(away, total, self.most_away.of(total))
        others = [name for name in plans if name not in busy]
        if self.stopped or not self.waves:
            yield others, ()
        for at, wave in enumerate(self.waves):
            if self.stopped:
                self._hold(plans, self.waves[at:])
                return
            watched = () if wave is self.waves[-1] else wave.routers
            yield ([*others, *wave.routers] if at == 0 else wave.routers), watched

    def judge(self, against: str) -> None:
        """Hears why the routers begun last are not well; empty when they are."""
        self.stopped = against

    def _hold(self, plans: Mapping[str, RouterPlan], rest: Sequence[Wave]) -> None:
        self.held = tuple(router for wave in rest for router in wave.routers)
        self.untouched = frozenset(
            name for name in self.held if not any(c.calendar for c in plans[name].changes)
        )

    def document(self) -> dict[str, Any]:
        """How it went, as plain values."""
        return {
            "waves": [list(wave.routers) for wave in self.waves],
            "stopped": self.stopped or None,
            "held": list(self.held),
            "notes": self.notes,
        }

    def lines(self) -> Iterator[Shown]:
        """How it went, for people; nothing where all was done at once."""
        for said in self.notes:
            yield Shown(f"Rollout: {said}.", "yellow")
        if self.stopped:
            held = counted(len(self.held), "router", "wait")
            words = f"Rollout stopped, {held}: {self.stopped}"
            yield Shown(words, "red")
            yield Shown("Put it right and apply again; what the calendar brought is done.", "red")
        else:
            yield from _order(self.waves, "were")

    def planned(self, changeset: Changeset) -> Iterator[Shown]:
        """How an apply of this plan would go; nothing where it would do all at once."""
        plans = [plan for plan in changeset.routers if plan.status is Status.PLANNED]
        yield from _order(waves(_busy(plans), self.order), "are")


_SHOWN = 6


def _busy(plans: Iterable[RouterPlan]) -> dict[str, int]:
    """The routers with something to roll out, each with how many rows of ours it has."""
    return {
        plan.router: plan.managed
        for plan in plans
        if not all(change.calendar for change in plan.changes)
    }


def _order(found: Sequence[Wave], are: str) -> Iterator[Shown]:
    if len(found) > 1:
        told = ", then ".join(f"{wave.name} ({_told(wave.routers)})" for wave in found[:_SHOWN])
        more = f", then {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        yield Shown(f"Rollout: {told}{more}; each when those before {are} well.")


def _told(routers: Sequence[str]) -> str:
    return ", ".join(routers) if len(routers) < _SHOWN else f"{len(routers)} routers"


def rolling(network: Network, canary: Sequence[str], wave: str | None) -> Rolling:
    """What ``ispconf.yaml`` says, less what was asked for on the command line.

    Raises:
        RequestError: a canary that is no router and no zone.
        BadParameter: a wave that is no size.
    """
    written = network.company.rollout
    first = _canary(network, canary) if canary else written.canary
    named = written.waves if not isinstance(written.waves, Portion) else None
    portion = written.waves if isinstance(written.waves, Portion) else None
    if wave is not None:
        named, portion = None, _size(wave)
    order = Order(
        None if first is None else _routers(network, first),
        tuple(_routers(network, each) for each in named or ()),
        portion.of if portion else None,
    )
    return Rolling(order, written.max_unavailable, written.pause)


def _canary(network: Network, names: Sequence[str]) -> tuple[str, ...]:
    known = {*network.routers, *network.company.zones}
    for name in names:
        if name not in known and list(names) != ["none"]:
            raise RequestError(f'--canary: "{name}" is no router or zone{meant(name, known)}')
    return () if list(names) == ["none"] else tuple(names)


def _size(text: str) -> Portion:
    try:
        return size(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--waves") from None


def _routers(network: Network, names: Sequence[str]) -> tuple[str, ...]:
    """The routers of these names, in which zones are their routers."""
    return tuple(
        router.id
        for name in names
        for router in network.routers.values()
        if name in (router.id, router.zone)
    )
