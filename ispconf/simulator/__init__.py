"""A RouterOS in a process: the real binary API over TCP, the rules of its menus, and some life.

Use it from Python; every call is safe from any thread::

    with Simulator() as sim:
        router = sim.router("norte-1", version="7.16.2", users={"ispconf": User("x")}, dial=True)
        router.port                                       # api; router.tls_port is api-ssl
        router.add("/ppp/secret", name="ana", password="p", remote_address="10.20.0.2")
        router.rows("/ppp/active")                        # as a full user would print them
        router.log                                        # the sentences that clients sent
        router.faults = Faults(break_after_write=3)       # what goes wrong from now on
        router.before_write = lambda heard: ...           # watch, or be the other administrator

Attributes are written with ``_`` for ``-``, and with a ``_`` behind where Python has the word
(``list_``). A refusal is a ``RefusalError`` with the words of the router. Time is the ``clock``
given to ``Simulator``; ``sim.passes(60)`` lets a minute pass.

It models, for 6.43 to 7.24, chosen per router:

- the protocol: all length forms, tags, replies that interleave, cancel, listen, follow, interval,
  query words, count-only, proplist, traps with their categories, ``!empty`` from 7.18, ``!fatal``,
  the plain login, the challenge that is refused, too many logins, api-ssl;
- some 75 menus with their arguments by version (``menus/*.toml``): spellings, defaults shown or
  left out, enums and their beginnings, references checked or not, dead ids, names that carry
  references along, what is unique, what unset takes, built-in rows and ids, order, move,
  place-before, copy-from, entries that time out, dates in the style of the version;
- users, groups, policies and masked secrets; /ip/service by address and switched off;
- PPPoE clients that dial and redial, sessions that keep what they got when they began, and their
  dynamic interface, address, queue and list entries; the FastTrack dummy rule;
- hotspot guests who log in (on the page, or by /ip/hotspot/active/login), their dynamic queue, and
  the cookie by which they come back;
- device-mode from 7.17 (what it forbids is kept, says so in ``.about`` and does nothing), backups
  that are saved and loaded, files whose contents are too long to be written or printed;
- scripts that run by hand, by interval or at start-up, with the commands that change rows;
- a state that can be saved and loaded, reboots that last (``downtime`` by the clock, or from
  ``shut_down`` to ``start_up``), a full disk, an administrator who is faster (``Meddler``), and the
  other ``Faults``, each to be set and taken back at any moment.

It does not model: packets (no rule, queue or route does anything); DHCP, RADIUS and user manager
beyond their rows (leases do not expire); MRRU, only-one, session and idle limits of PPP; hotspot
hosts, bindings, walled gardens, trials, byte and time limits, cookies that expire; scripts beyond
commands on rows (see ``scripting``), schedules by date; names in address lists (not resolved);
certificates; what is in a backup besides the rows, and its encryption; export, import, safe mode;
the way to change a device-mode, and features other than hotspot, proxy access and scheduler;
packages, undo; console-only verbs and ``where``; limits on size and number of sentences before
login, on sessions and on commands at a time; how slow a board of some model is; 6.x arguments of
which nothing is recorded (6.x has those of 7.10 without what is known to be newer).

Not recorded from a real router, so chosen here: the words for a full disk (and that removing a row
fails there, too), for a duplicate profile, for a place before leading dynamic rows and for removing
a dynamic row, for a backup that is missing or has another password, for a guest who is not let in;
that several ids are worked on in order up to the first refusal; that freed ids are not used again;
that /ppp/profile lets itself be removed while secrets name it; that one half of a pair alone leaves
the default in the other; that a prefix in a pool prints as the range of all its addresses.
"""

from ispconf.simulator.certificates import Certificate
from ispconf.simulator.connection import Heard
from ispconf.simulator.faults import Faults
from ispconf.simulator.meddling import Meddler
from ispconf.simulator.refusals import RefusalError
from ispconf.simulator.rights import User
from ispconf.simulator.router import Router, RouterSpec
from ispconf.simulator.server import Simulator

__all__ = [
    "Certificate",
    "Faults",
    "Heard",
    "Meddler",
    "RefusalError",
    "Router",
    "RouterSpec",
    "Simulator",
    "User",
]
