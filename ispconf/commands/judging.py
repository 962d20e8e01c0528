"""The files judged on a day: who is served, and what each router should have because of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from ispconf.commands.session import Session
from ispconf.edge.pausing import collector_paused
from ispconf.ledger.entries import Entry
from ispconf.ledger.standing import Standing, State, standings
from ispconf.network.billing import billables, zone_of
from ispconf.network.model import Network
from ispconf.planning.desired import desired
from ispconf.planning.reasons import Story
from ispconf.routeros import rows
from ispconf.secret import Secret


@dataclass(frozen=True)
class Judged:
    """A network and the standing of every service on ``day``; what follows is worked out once."""

    session: Session
    network: Network
    day: date

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """The standing of each service, by ``subscriber/service``."""
        network = self.network
        currency = network.company.currency
        with collector_paused():
            return standings(billables(network), network.book, self.day, currency)

    def wanted(self, router: str) -> rows.State:
        """The state the router should have."""
        with collector_paused():
            there = self.network.routers[router]
            return desired(self.network, self.standings, there, self.day, self._reveal)

    def _reveal(self, secret: Secret, owner: str, field: str) -> str:
        return self.session.vault().reveal(secret, owner, field)

    def story(self, owner: str) -> Story | None:
        """What there is to say of a service, for the reasons of its changes; None: in no file."""
        subscriber = self.network.subscribers.get(owner.partition("/")[0])
        name = owner.partition("/")[2]
        if subscriber is None or name not in subscriber.services:
            return None
        service, standing = subscriber.services[name], self.standings[owner]
        plan = service.plan_on(self.day)
        gone = standing.state in (State.CANCELLED, State.PENDING)
        return Story(
            router="" if gone else service.router or "",
            plan=plan,
            ref=str(self.network.locate(subscriber.file, "services", name)._replace(column=0)),
            standing=standing,
            plan_ref=self.network.plans[plan].file,
            zone=zone_of(self.network, service) or "",
        )

    def with_book(self, entries: Iterable[Entry]) -> "Judged":
        """The same network and day, with these entries at the end of the book."""
        network = replace(self.network, book=self.network.book.plus(entries))
        return Judged(self.session, network, self.day)


def judged(session: Session, rev: str | None = None, day: date | None = None) -> Judged:
    """The network of the work tree or of a commit, judged on the session's day or another one."""
    return Judged(session, session.network(rev), day or session.today())
