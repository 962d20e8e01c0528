"""How a suspended service is cut: the same block for the company, a router and a plan.

A block holds only what was written in it; ``over`` lays it over the block it refines. Knows
nothing of who is suspended.
"""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator

from ispconf.network.written import Text, Written
from ispconf.services.access import ipv4


def page(value: object) -> str:
    """The address of a page to which routers can send web traffic: http, an IPv4 address, a port.

    Raises:
        ValueError: a name (routers redirect to addresses), https (nobody can redirect that) ...
    """
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
        if parts.scheme == "http" and ipv4(parts.hostname) and parts.port != 0:
            return str(value)
    except ValueError:
        pass
    raise ValueError(f'"{value}" is not a notice page: write it like http://10.8.0.1:8080/')


class Suspension(Written):
    """``list`` names the router's list of suspended addresses, ``notice`` the page they see."""

    method: Literal["address-list", "disable", "profile"] = "address-list"
    list: Text = "morosos"
    notice: Annotated[str, BeforeValidator(page)] | None = None
    allow: tuple[Text, ...] = ()

    def over(self, base: Self) -> Self:
        """This block where it was written, ``base`` everywhere else."""
        return base.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})
