"""How a service reaches its subscriber: the ``access`` block, and what each kind of it needs.

Knows the spelling of IPv4 and MAC addresses and which keys a kind needs or has no use for. The
kinds that this version provisions have a module of their own beside this one; the others are read
and billed, and ``PROVISIONED`` tells them apart.
"""

import re
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator

from ispconf.routeros import values
from ispconf.secret import Secret

AccessType = Literal["pppoe", "queue", "pcq", "hotspot", "dhcp", "none"]

NEEDS: Final[dict[AccessType, tuple[str, ...]]] = {
    "pppoe": ("user", "password"),
    "queue": ("address",),
    "pcq": ("address",),
    "hotspot": ("user",),
    "dhcp": ("mac", "address"),
    "none": (),
}
"""The keys that a kind of access cannot do without."""

PROVISIONED: Final[frozenset[AccessType]] = frozenset({"pppoe", "queue"})
"""The kinds that this version writes to routers; the rest is read and billed."""

_ADDRESS = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}", re.ASCII)
_ZEROS = re.compile(r"(?:^|\.)0\d")
_MAC = re.compile(r"[0-9A-F]{2}(?::[0-9A-F]{2}){5}")


def ipv4(value: object) -> str:
    """An IPv4 address in its only spelling: four numbers to 255 without leading zeros.

    Raises:
        ValueError: anything else, IPv6 and networks included.
    """
    if isinstance(value, str) and _ADDRESS.fullmatch(value) and not _ZEROS.search(value):
        return value
    raise ValueError(f'"{value}" is not an IPv4 address: write it like 10.20.0.15')


def mac(value: object) -> str:
    """A MAC address as RouterOS prints it, ``4C:5E:0C:11:22:33``.

    Raises:
        ValueError: not a MAC address.
    """
    canonical = values.mac(value) if isinstance(value, str) else ""
    if _MAC.fullmatch(canonical):
        return canonical
    raise ValueError(f'"{value}" is not a MAC address: write it like "4C:5E:0C:11:22:33"')


Address = Annotated[str, BeforeValidator(ipv4)]
Mac = Annotated[str, BeforeValidator(mac)]


class Access(BaseModel):
    """The access block of a service; ``mac`` binds it to one device (ARP, lease, caller-id)."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: AccessType
    user: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None
    password: Secret | None = None
    address: Address | None = None
    mac: Mac | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name in NEEDS[self.type]:
            if getattr(self, name) is None:
                raise ValueError(f"{name} is missing: {self.type} access needs it")
        return self

    @property
    def provisioned(self) -> bool:
        """Whether this version writes it to a router; ``none`` never is."""
        return self.type in PROVISIONED
