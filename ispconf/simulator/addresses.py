"""Addresses as menus print them: which keep ``/32``, which drop it, what a range becomes.

Every function gives the printed form or None when the text is not such an address.
"""

import re
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    ip_address,
    ip_network,
    summarize_address_range,
)
from typing import Final

_NUMERIC = re.compile(r"[\d./-]+")
_DNS = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")
_MAC = re.compile(r"[0-9A-Fa-f]{2}([:.-][0-9A-Fa-f]{2}){5}")
_HOST_BITS: Final = 32


def host(text: str) -> str | None:
    """One address without mask, IPv4 or IPv6."""
    try:
        return str(ip_address(text))
    except ValueError:
        return None


def _with_length(text: str) -> tuple[IPv4Address | IPv6Address, int] | None:
    address, slash, mask = text.partition("/")
    try:
        found = ip_address(address)
        if not slash:
            return found, found.max_prefixlen
        if mask.isdigit():
            return (found, int(mask)) if int(mask) <= found.max_prefixlen else None
        return found, IPv4Network(f"0.0.0.0/{mask}").prefixlen
    except ValueError:
        return None


def prefix(text: str) -> str | None:
    """An address with its mask length, ``/32`` or ``/128`` when none is given; bits are kept."""
    found = _with_length(text)
    return f"{found[0]}/{found[1]}" if found else None


def network(text: str) -> str | None:
    """The network of ``10.0.0.1/24``: its first address, as /ip/address prints it."""
    try:
        return str(ip_network(text, strict=False).network_address)
    except ValueError:
        return None


def bare(text: str) -> str | None:
    """Firewall style: a host without its ``/32``, a prefix with its length (IPv6 keeps /128)."""
    found = _with_length(text)
    if found is None:
        return None
    address, size = found
    return str(address) if size == _HOST_BITS and address.version == 4 else f"{address}/{size}"  # noqa: PLR2004


def range_text(text: str, *, fold: bool = True) -> str | None:
    """A host, prefix or ``a-b``; a range that is exactly one prefix is printed as that prefix."""
    low, dash, high = text.partition("-")
    if not dash:
        return bare(text)
    try:
        first, last = IPv4Address(low), IPv4Address(high)
        nets = list(summarize_address_range(first, last))
    except ValueError:
        return None
    if fold and len(nets) == 1:
        return bare(str(nets[0]))
    return f"{first}-{last}"


def range_fault(text: str) -> str:
    """The words for a text that is no range."""
    low, dash, high = text.partition("-")
    if dash and host(low) is None:
        return "value of range must have ip address before '-'"
    if dash and host(high) is None:
        return "value of range must have ip address after '-'"
    return "value of range expects range of ip addresses"


def dns_name(text: str) -> bool:
    """Whether an address list would take the text as a name to resolve."""
    return not _NUMERIC.fullmatch(text) and bool(_DNS.fullmatch(text))


def mac(text: str) -> str | None:
    """Upper case with colons; ``-`` and ``.`` are accepted between octets."""
    return re.sub(r"[.-]", ":", text).upper() if _MAC.fullmatch(text) else None


def hosts(text: str) -> range:
    """The addresses of one item of a pool, as numbers."""
    low, dash, high = text.partition("-")
    if dash:
        return range(int(IPv4Address(low)), int(IPv4Address(high)) + 1)
    net = IPv4Network(text, strict=False)
    return range(int(net.network_address), int(net.broadcast_address) + 1)


def number(text: str) -> int:
    """An IPv4 address as a number."""
    return int(IPv4Address(text))


def of_number(value: int) -> str:
    """The IPv4 address of a number."""
    return str(IPv4Address(value))
