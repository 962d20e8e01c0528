"""What each service claims for itself and refers to: all that the checks across files look at.

A claim is plain text and dates, cheap to keep beside the file it came from, so that ten thousand
subscribers can be checked against each other without building their models again.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ispconf.network.amounts import finest, of_subscriber
from ispconf.network.subscriber import Subscriber

FOREVER = "9999-12-31"


class Claim(NamedTuple):
    """One service: where it is written, what it refers to, what must be its alone and how long.

    Dates are ISO text, which compares as dates do. ``until`` is the first day without service,
    ``kept`` the first day on which its address is free again.
    """

    file: str
    subscriber: str
    service: str
    plan: str
    router: str
    kind: str
    user: str
    address: str
    mac: str
    since: str
    until: str
    kept: str
    readable: bool
    """Its password stands in the file as plain text."""
    variable: str
    """The name in the environment where its password is; "" when it is elsewhere."""
    earlier: tuple[str, ...]
    """The plans before ``plan``, of its changes in order."""
    decimals: int
    """The most decimals that an amount in the subscriber's terms and extras needs."""

    @property
    def id(self) -> str:
        """``subscriber/service``."""
        return f"{self.subscriber}/{self.service}"


def claims(subscriber: Subscriber) -> Iterator[Claim]:
    """The claims of a subscriber's services, in the order they are written."""
    decimals = finest(of_subscriber(subscriber))
    for name, service in subscriber.services.items():
        access, cancelled = service.access, service.cancelled
        until = cancelled.on.isoformat() if cancelled else FOREVER
        yield Claim(
            subscriber.file,
            subscriber.id,
            name,
            service.plan,
            service.router or "",
            access.type,
            access.user or "",
            access.address or "",
            access.mac or "",
            service.since.isoformat(),
            until,
            until if cancelled and cancelled.address == "release" else FOREVER,
            access.password is not None and access.password.readable,
            access.password.variable if access.password else "",
            service.plans[:-1],
            decimals,
        )
