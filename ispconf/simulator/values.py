"""From any accepted spelling of a value to the one that is printed, kind by kind.

Knows the kinds that ``schema.Field`` names. Knows no rows: names of other menus are looked up
through the ``Names`` that is passed in. Rates become plain bit/s, one half of a pair alone is the
first, a host keeps or drops its ``/32`` by menu, lists come back in the router's own order.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from ispconf.simulator import addresses, durations, rates, refusals
from ispconf.simulator.refusals import RefusalError
from ispconf.simulator.schema import Field

_BYTES: Final = {"": 1, "k": 1 << 10, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_SIZE = re.compile(r"(\d+)([kKMG]?)")
_DECIMAL = re.compile(r"\d+(\.\d+)?")
_PORTS = re.compile(r"\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*")
_TOP_PORT: Final = 65535
_PROTOCOLS: Final = {
    "1": "icmp", "2": "igmp", "4": "ipencap", "6": "tcp", "17": "udp", "33": "dccp",
    "41": "ipv6-encap", "47": "gre", "50": "ipsec-esp", "51": "ipsec-ah", "58": "icmpv6",
    "89": "ospf", "94": "ipip", "97": "etherip", "103": "pim", "112": "vrrp", "115": "l2tp",
    "132": "sctp", "136": "udp-lite",
}  # fmt: skip


class Names(Protocol):
    """Looks up rows of other menus by name."""

    def names(self, paths: Iterable[str], text: str) -> Sequence[str]:
        """The exact name (or that of id ``*1F``) alone, else all names that begin with ``text``."""


def choose(name: str, text: str, words: Iterable[str]) -> str:
    """The word that ``text`` is, or the only one it begins."""
    options = list(words)
    if text in options:
        return text
    if not text and options:
        raise refusals.ambiguous(name)
    found = [word for word in options if word.startswith(text)]
    if len(found) > 1:
        raise refusals.ambiguous(name)
    if not found:
        raise refusals.no_match(name)
    return found[0]


def _bool(field: Field, text: str, _: Names) -> str:
    word = choose(field.name, text, ("yes", "no", "true", "false"))
    return "true" if word in {"yes", "true"} else "false"


def _enum(field: Field, text: str, _: Names) -> str:
    return choose(field.name, text, field.words)


def _reference(field: Field, text: str, names: Names) -> str:
    if text in field.words:
        return text
    found = names.names(field.to, text)
    if text in found:
        return text
    return choose(field.name, found[0] if text.startswith("*") and found else text,
                  [*(w for w in field.words if w.startswith(text)), *found])  # fmt: skip


def _number(field: Field, text: str, _: Names) -> str:
    if text in field.words:
        return text
    if not (text.isascii() and text.isdigit()):
        raise refusals.invalid(field.name)
    low, high = field.low or 0, field.high
    if high is not None and not low <= int(text) <= high:
        raise refusals.out_of_range(field.name, low, high)
    return str(int(text))


def _bytes(text: str) -> str | None:
    match = _SIZE.fullmatch(text)
    return str(int(match[1]) * _BYTES[match[2]]) if match else None


def _kib(field: Field, text: str, names: Names) -> str:
    return _number(field, text.removesuffix("KiB"), names)


def _decimal(field: Field, text: str, _: Names) -> str:
    if not _DECIMAL.fullmatch(text):
        raise refusals.invalid(field.name)
    whole, _dot, part = text.partition(".")
    part = part.rstrip("0")
    return f"{int(whole)}.{part}" if part else str(int(whole))


def _duration(field: Field, text: str, _: Names) -> str:
    if text in field.words:
        return text
    millis = durations.milliseconds(text)
    if millis is None:
        raise refusals.invalid(field.name)
    if field.high is not None and millis > field.high * 1000:
        raise refusals.invalid(field.name)
    return durations.span(millis)


def _pair(field: Field, text: str, names: Names) -> str:
    halves = text.split("/")
    if len(halves) > 2 or not all(halves):  # noqa: PLR2004
        raise refusals.invalid(field.name)
    read = _KINDS[field.half]
    out = [read(field, half, names) for half in halves]
    # one value alone is the first half; the second falls back (max-limit=1M is 1000000/0)
    if len(out) == 1 and field.new is None:
        return out[0]
    if len(out) == 1:
        out.append((field.new or "").rpartition("/")[2])
    return "/".join(out)


def _checked(check: Callable[[str], str | None]) -> Callable[[Field, str, Names], str]:
    def read(field: Field, text: str, _: Names) -> str:
        found = check(text)
        if found is None:
            raise refusals.invalid(field.name)
        return found

    return read


def _listed(check: Callable[[str], str | None]) -> Callable[[Field, str, Names], str]:
    def read(field: Field, text: str, _: Names) -> str:
        found = [check(part) for part in text.split(",")]
        if None in found:
            raise refusals.invalid(field.name)
        return ",".join(part or "" for part in found)

    return read


def _address(field: Field, text: str, names: Names) -> str:
    found = addresses.host(text)
    if found is not None:
        return found
    if field.to:
        return _reference(field, text, names)
    raise refusals.invalid(field.name)


def _range(_: Field, text: str, __: Names) -> str:
    found = addresses.range_text(text)
    if found is None:
        raise RefusalError(addresses.range_fault(text), refusals.ARGUMENT)
    return found


def _ranges(_: Field, text: str, __: Names) -> str:
    found = [addresses.span_text(part) for part in text.split(",")]
    if None in found:
        raise RefusalError(addresses.range_fault(text), refusals.ARGUMENT)
    return ",".join(part or "" for part in found)


def _entry(_: Field, text: str, __: Names) -> str:
    found = addresses.range_text(text)
    if found is not None:
        return found
    if addresses.dns_name(text):
        return text
    raise refusals.failure(f"failure: {text} is not a valid dns name")


def _entry6(_: Field, text: str, __: Names) -> str:
    found = addresses.prefix(text)
    if found is not None and ":" in found:
        return found
    if addresses.dns_name(text):
        return text
    raise refusals.failure(f"failure: {text} is not a valid dns name")


def _target(field: Field, text: str, names: Names) -> str:
    return ",".join(
        addresses.prefix(part) or _reference(field, part, names) for part in text.split(",")
    )


def _mac(field: Field, text: str, _: Names) -> str:
    found = addresses.mac(text)
    if found is None:
        raise RefusalError(
            f"invalid value of {field.name}, mac address required", refusals.ARGUMENT
        )
    return found


def _client_id(_: Field, text: str, __: Names) -> str:
    return ":".join(part.lower().lstrip("0") or "0" for part in text.split(":"))


def _set(field: Field, text: str, _: Names) -> str:
    chosen: dict[str, str] = {}
    for part in text.split(","):
        mark = "!" if field.each_negated and part.startswith("!") else ""
        word = choose(field.name, part[len(mark) :], field.words)
        chosen[word] = mark + word
    return ",".join(chosen[word] for word in field.words if word in chosen)


def _ports(field: Field, text: str, _: Names) -> str:
    if not _PORTS.fullmatch(text) or any(int(p) > _TOP_PORT for p in re.findall(r"\d+", text)):
        raise refusals.invalid(field.name)
    return text


def _protocol(field: Field, text: str, _: Names) -> str:
    if text.isdigit():
        return _PROTOCOLS.get(text, text)
    return choose(field.name, text, _PROTOCOLS.values())


def _text(field: Field, text: str, _: Names) -> str:
    if field.high is not None and len(text.encode("utf-8", "surrogateescape")) > field.high:
        raise refusals.failure("failure: contents too long")
    return text


_KINDS: Final[dict[str, Callable[[Field, str, Names], str]]] = {
    "text": _text,
    "comment": _text,
    "bool": _bool,
    "enum": _enum,
    "set": _set,
    "ref": _reference,
    "number": _number,
    "rate": _checked(rates.bits),
    "bytes": _checked(_bytes),
    "kib": _kib,
    "decimal": _decimal,
    "duration": _duration,
    "pair": _pair,
    "address": _address,
    "addresses": _listed(addresses.host),
    "prefixes": _listed(addresses.prefix),
    "prefix": _checked(addresses.prefix),
    "cidr": _checked(addresses.prefix),
    "range": _range,
    "ranges": _ranges,
    "entry": _entry,
    "entry6": _entry6,
    "target": _target,
    "mac": _mac,
    "client-id": _client_id,
    "ports": _ports,
    "protocol": _protocol,
}  # fmt: skip
_EMPTY_IS_TEXT: Final = frozenset({"text", "comment"})


def printed(field: Field, text: str, names: Names) -> str:
    """The spelling in which the router will print ``text``.

    Raises:
        RefusalError: with the router's words, when it would not take the value.
    """
    if not text:
        if field.new == "" or (field.kind in _EMPTY_IS_TEXT and not field.negated):
            return ""
        if not field.to:
            raise refusals.invalid(field.name)
    mark = "!" if field.negated and text.startswith("!") else ""
    return mark + _KINDS[field.kind](field, text[len(mark) :], names)
