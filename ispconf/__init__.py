"""ispconf: an internet provider's network and money, kept in git and applied to its routers.

Reading turns YAML into one frozen Network. Judging turns the ledger and a day into a Standing per
service. Describing turns both into the State each router should have. Comparing turns two states
into a Changeset. All of that is plain functions over values; a thin edge touches files, git and
routers; the verbs join the two halves.

    cli                  the command group; the one place that reads clock and environment
    commands             one file per verb
    simulator            a RouterOS in a process, speaking the real API
    edge                 the only modules that touch the world: files, git, routers, secrets
    planning             desired, changes, guards, report
    network              what the operator writes: company, plans, routers, subscribers
    services | payments  one file per kind of access, one file per payment source
    ledger | routeros    the language of money, the language of routers
    errors | escape      what can go wrong; foreign text made harmless
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """``open_network`` (of ``edge.files``) on first use: the package itself imports no module."""
    if name == "open_network":
        return import_module("ispconf.edge.files").open_network
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
