"""What one service is given on its router, in the router's own terms.

The planner makes accounts from subscribers, plans and standings; the kinds of access turn them into
rows. An account knows nothing of money: whoever is cut is simply not served.
"""

from typing import NamedTuple

from ispconf.routeros.rows import Row, comment
from ispconf.routeros.tables import ADDRESS_LIST

CUT = "ispconf-"  # what the name of a profile for suspended sessions begins with


class Speed(NamedTuple):
    """A pair of rates in bit/s; down is towards the subscriber."""

    down: int
    up: int

    def upload_first(self) -> str:
        """``up/down``: queues and rx/tx name the side that the subscriber sends first."""
        return f"{self.up}/{self.down}"


class Burst(NamedTuple):
    """Rates above the limit for a while: limit and threshold in bit/s, time in seconds."""

    limit: Speed
    threshold: Speed
    seconds: int


class Offer(NamedTuple):
    """A service plan as routers see it; priority 1 (first) to 8, parent a simple queue."""

    id: str
    name: str
    rate: Speed
    burst: Burst | None = None
    guaranteed: Speed | None = None
    priority: int = 8
    parent: str = ""


class Suspension(NamedTuple):
    """How a router treats a service that is not served: address-list, disable or profile."""

    method: str = "address-list"
    list: str = "morosos"

    @property
    def profile(self) -> str:
        """The PPP profile for sessions whose address is not known before they connect."""
        return f"{CUT}{self.list}"


class Site(NamedTuple):
    """What a router gives all its services: own PPP address, name servers, pool, LAN interface."""

    router: str = ""
    local_address: str = ""
    dns: tuple[str, ...] = ()
    pool: str = ""
    lan: str = ""


class Account(NamedTuple):
    """One service on its router.

    ``served`` is None when nobody but the operator may cut or restore it. ``password`` is None when
    it is not known. ``label`` is for people: the subscriber's name and plan.
    """

    owner: str
    kind: str
    offer: Offer
    label: str = ""
    user: str = ""
    password: str | None = None
    address: str = ""
    mac: str = ""
    served: bool | None = True
    suspension: Suspension = Suspension()
    site: Site = Site()

    def cut_entry(self) -> Row:
        """The row that puts the account's address on the list of those who are cut."""
        fields = {
            "list": self.suspension.list,
            "address": self.address,
            "comment": comment(self.owner, self.label),
            "disabled": "false",
        }
        return Row(ADDRESS_LIST.path, fields, self.owner)


class Stale(NamedTuple):
    """A live session that must be dropped for the wanted state to reach it.

    ``effect`` says what reaches it then: suspend, cancel, restore, address, speed or heal.
    """

    session: Row
    owner: str
    effect: str
    reason: str

    @property
    def at_once(self) -> bool:
        """Whether it cannot wait for a quiet hour: a cut, or a service that is restored."""
        return self.effect in ("suspend", "cancel", "restore")
