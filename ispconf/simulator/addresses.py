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


def _bare(address: IPv4Address, size: int) -> str:
    return str(address) if size == address.max_prefixlen else f"{address}/{size}"


def range_text(text: str) -> str | None:
    """IPv4, firewall style: a host without ``/32``, a prefix, or ``a-b`` that is no prefix."""
    low, dash, high = text.partition("-")
    if not dash:
        found = _with_length(text)
        return _bare(found[0], found[1]) if found and isinstance(found[0], IPv4Address) else None
    try:
        nets = list(summarize_address_range(IPv4Address(low), IPv4Address(high)))
    except ValueError:
        return None
    if len(nets) == 1:
        return _bare(nets[0].network_address, nets[0].prefixlen)
    return f"{IPv4Address(low)}-{IPv4Address(high)}"


def span_text(text: str) -> str | None:
    """IPv4, pool style: ``a-b`` also for what was given as a prefix; one host stays bare."""
    if range_text(text) is None:
        return None
    span = hosts(text)
    return "-".join(dict.fromkeys((of_number(span[0]), of_number(span[-1]))))


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
