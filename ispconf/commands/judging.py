"""The files judged on a day: who is served, and what each router should have because of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from ispconf.commands.session import Session
from ispconf.edge import telling
from ispconf.edge.accounts import Account
from ispconf.edge.conclusions import Origin
from ispconf.edge.pausing import collector_paused
from ispconf.edge.spreading import accounts
from ispconf.edge.standings import Accounts, Tell
from ispconf.edge.states import kept_or_made
from ispconf.ledger.allocation import owed
from ispconf.ledger.entries import Entry
from ispconf.ledger.standing import Standing, State
from ispconf.network.billing import zone_of
from ispconf.network.model import Network
from ispconf.planning.accounts import Reveal
from ispconf.planning.desired import desired
from ispconf.planning.reasons import Story
from ispconf.routeros import rows
from ispconf.secret import Secret

NO_ENTRIES = "ledger/ has no entries, so nobody owes anything: is the folder missing?"


class Standings(Mapping[str, Standing]):
    """The standings of accounts, by ``subscriber/service``; an account is found when asked for."""

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        self._accounts = accounts

    def __getitem__(self, owner: str) -> Standing:
        subscriber, _, service = owner.partition("/")
        for each in self._accounts[subscriber].standings:
            if each.service == service:
                return each
        raise KeyError(owner)

    def __iter__(self) -> Iterator[str]:
        for name, account in self._accounts.items():
            yield from (f"{name}/{each.service}" for each in account.standings)

    def __len__(self) -> int:
        return sum(len(account.standings) for account in self._accounts.values())


@dataclass(frozen=True)
class Judged:
    """A network and the standing of every service on ``day``; what follows is worked out once.

    ``origin`` is what the network was made of, None when it is not as it was read; ``rev`` the
    commit it was read from, None for the files on disk.
    """

    session: Session
    network: Network
    day: date
    origin: Origin | None = None
    rev: str | None = None

    @cached_property
    def accounts(self) -> Mapping[str, Account]:
        """What each subscriber with a file owes, and how their services stand, by id."""
        if self._kept is None:
            return accounts(self.network, self.day, self.network.subscribers)
        return self._kept

    @cached_property
    def _kept(self) -> Accounts | None:
        return Accounts(self.network, self.day, self.origin) if self.origin else None

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """The standing of each service, by ``subscriber/service``."""
        return Standings(self.accounts)

    def accounts_of(self, subscribers: Collection[str]) -> Mapping[str, Account]:
        """The accounts of these subscribers, and perhaps of others."""
        if self._kept is None:
            return accounts(self.network, self.day, subscribers)
        return self._kept.of(subscribers)

    def standings_of(self, subscribers: Collection[str]) -> Mapping[str, Standing]:
        """The standings of these subscribers, without a look at all others."""
        found = self.accounts_of(subscribers)
        return {
            f"{each.subscriber}/{each.service}": each
            for name in sorted(subscribers)
            for each in found[name].standings
        }

    def told(self, kind: str, tell: Tell) -> list[str]:
        """What there is to tell of all subscribers, portion by portion, in order of their ids."""
        return [tell(self.accounts)] if self._kept is None else self._kept.told(kind, tell)

    def balance_of(self, subscriber: str) -> Decimal:
        """What one subscriber owes on the day; negative is credit."""
        entries = self.network.book.of_subscriber(subscriber)
        return owed(entry for entry in entries if entry.date <= self.day)

    @cached_property
    def balances(self) -> Mapping[str, Decimal]:
        """What each subscriber with a file owes on the day; negative is credit."""
        return {name: account.balance for name, account in self.accounts.items()}

    def wanted(self, router: str) -> rows.State:
        """The state the router should have."""
        there, names = self.network.routers[router], self._placed.get(router, ())

        def made(reveal: Reveal) -> rows.State:
            people = {name: self.network.subscribers[name] for name in names}
            near = replace(self.network, subscribers=people, _placed={})
            return desired(near, self.standings, there, self.day, reveal)

        with collector_paused():
            if self.origin is None or self._kept is None:
                return made(self._reveal)
            key = self._kept.names(names)
            return kept_or_made(router, key, self.origin.cache, made, self._reveal)

    @cached_property
    def _placed(self) -> Mapping[str, Sequence[str]]:
        """The subscribers of each router: its state follows from them and from shared files."""
        return telling.placed(self.told("places", telling.places))

    def _reveal(self, secret: Secret, owner: str, field: str) -> str:
        return self.session.vault(self.rev).reveal(secret, owner, field)

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
        return Judged(self.session, network, self.day, rev=self.rev)


def judged(session: Session, rev: str | None = None, day: date | None = None) -> Judged:
    """The network of the work tree or of a commit, judged on the session's day or another one."""
    opened = session.opened(rev)
    return Judged(session, opened.network, day or session.today(), opened.origin, rev)
