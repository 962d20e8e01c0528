"""The address of a router's API, with its password: for the verbs that speak to it."""

from ispconf.commands.judging import Judged
from ispconf.edge.routers import Address, Tls
from ispconf.network.router import Router


def address(judged: Judged, router: Router) -> Address:
    """Where the router's API is and who we are there.

    Raises:
        RequestError: its password cannot be had: a variable or a key is missing.
    """
    tls = Tls(router.tls.verify, router.tls.sha256 or "") if router.tls else None
    password = judged.session.vault(judged.rev).reveal(router.password, router.id, "password")
    return Address(
        router.id, router.host, router.port, router.user, password, tls, *judged.session.limits
    )
