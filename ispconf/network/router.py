"""``inventory/<router>.yaml``: one router, how it is reached and what it may give (FORMAT 4).

Knows what may be written there and the defaults; opens no connection and reveals no password.
"""

import ipaddress
import re
from contextlib import suppress
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ispconf.network.suspension import Suspension
from ispconf.network.written import Id, Named, Port, Reconnect, Sha256, Text, Written
from ispconf.secret import Secret
from ispconf.services.access import Address, ipv4

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:-]*[A-Za-z0-9])?")
_PLAIN, _ENCRYPTED = 8728, 8729


def number(address: str) -> int:
    """An IPv4 address as a number, for order and ranges."""
    one, two, three, four = address.split(".")
    return (int(one) << 24) + (int(two) << 16) + (int(three) << 8) + int(four)


def cidr(value: object) -> str:
    """An IPv4 network such as ``10.20.0.0/22``; its host bits must be zero."""
    try:
        if not isinstance(value, str) or "/" not in value:
            raise ValueError  # noqa: TRY301
        return str(ipaddress.IPv4Network(value))
    except ValueError:
        hint = "like 10.20.0.0/22"
        if isinstance(value, str) and "/" in value:
            with suppress(ValueError):
                hint = str(ipaddress.IPv4Network(value, strict=False))
        raise ValueError(f'"{value}" is not a network: write it {hint}') from None


def span(value: object) -> tuple[int, int]:
    """One address, ``first-last`` or a network, as the numbers of the first and last address."""
    if isinstance(value, tuple):
        return value
    text = value if isinstance(value, str) else ""
    if "/" in text:
        network = ipaddress.IPv4Network(cidr(text))
        return int(network.network_address), int(network.broadcast_address)
    first, _, last = text.partition("-")
    start = number(ipv4(first.strip()))
    end = number(ipv4(last.strip())) if last else start
    if end < start:
        raise ValueError(f'"{value}" ends before it starts')
    return start, end


def host(value: object) -> str:
    """A host name or address, without scheme or port."""
    if isinstance(value, str) and _HOST.fullmatch(value):
        return value
    raise ValueError(f'"{value}" is not a host: write an address or a name like 10.8.0.11')


def major(value: object) -> object:
    """RouterOS' major version as a number; anything else is left for the model to refuse."""
    return {"6": 6, "7": 7}.get(value, value) if isinstance(value, str) else value


def plain_or_tls(value: Any) -> Any:
    """``tls: false`` is None: the plain API."""
    return None if value in ("false", "no") else value


def router_password(value: object) -> Secret:
    """A secret that is not readable in the file."""
    secret = Secret.written(value)
    if secret.readable or secret.kind == "derived":
        said = "cannot be derived" if secret.kind == "derived" else "is plain text"
        raise ValueError(
            f"{said}; write ${{NAME}} and set NAME in the environment, or !encrypted with: "
            "ispconf secrets encrypt"
        )
    return secret


class Tls(Written):
    """How the router's certificate is checked; ``sha256`` alone means by its fingerprint."""

    sha256: Sha256 | None = None
    verify: Literal["ca", "fingerprint", "none"] = Field(
        default_factory=lambda data: "fingerprint" if data.get("sha256") else "ca"
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.verify == "fingerprint" and self.sha256 is None:
            raise ValueError("sha256 is missing: verify: fingerprint needs it")
        return self


class AddressRange(Written):
    """Addresses that may be given to subscribers, less the gateway and the reserved ones."""

    range: Annotated[str, BeforeValidator(cidr)]
    gateway: Address | None = None
    reserved: tuple[Annotated[tuple[int, int], BeforeValidator(span)], ...] = ()

    @property
    def bounds(self) -> tuple[int, int]:
        """The network address and the broadcast address as numbers."""
        return span(self.range)

    @model_validator(mode="after")
    def _gateway_inside(self) -> Self:
        first, last = self.bounds
        if self.gateway and not first < number(self.gateway) < last:
            raise ValueError(f"gateway {self.gateway} is not an address of {self.range}")
        return self


class Pppoe(Written):
    """What PPPoE sessions get; without ``pool`` every service needs an address of its own."""

    local_address: Address | None = None
    dns: tuple[Address, ...] = ()
    pool: Text | None = None


class Server(Written):
    """The router's hotspot or DHCP server."""

    server: Text = "all"


class Router(Named):
    """One router; ``tls`` None is the plain API, ``port`` follows it unless it is written."""

    zone: Id | None = None
    host: Annotated[str, BeforeValidator(host)]
    tls: Annotated[Tls | None, BeforeValidator(plain_or_tls)] = Tls(verify="ca")
    port: Port = Field(default_factory=lambda data: _ENCRYPTED if data.get("tls") else _PLAIN)
    user: Text
    password: Annotated[Secret, BeforeValidator(router_password)] = Field(repr=False)
    routeros: Annotated[Literal[6, 7], BeforeValidator(major)] = 7
    api: Literal["enabled", "disabled"] = "enabled"
    lan: Text | None = None
    wan: tuple[Text, ...] = ()
    networks: tuple[AddressRange, ...] = ()
    suspension: Suspension = Suspension()
    firewall: Literal["managed", "none"] = "managed"
    reconnect: Reconnect = "at-once"
    pppoe: Pppoe = Pppoe()
    hotspot: Server = Server()
    dhcp: Server = Server()
