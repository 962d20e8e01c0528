"""A RouterOS in a process: the real binary API over TCP, the rules of its menus, and some life.

with Simulator() as sim:
    router = sim.router("norte-1", version="7.16.2", users={"ispconf": User("x")}, dial=True)
    router.add("/ppp/secret", name="ana", password="p", profile="default")
    router.rows("/ppp/active")        # what a full user would print
    router.log                        # the sentences that clients sent
    router.faults = Faults(break_after_write=3)
"""

from ispconf.simulator.certificates import Certificate
from ispconf.simulator.connection import Heard
from ispconf.simulator.faults import Faults
from ispconf.simulator.refusals import RefusalError
from ispconf.simulator.rights import User
from ispconf.simulator.server import Router, RouterSpec, Simulator, serve

__all__ = [
    "Certificate",
    "Faults",
    "Heard",
    "RefusalError",
    "Router",
    "RouterSpec",
    "Simulator",
    "User",
    "serve",
]
