"""How RouterOS spells a value: one canonical text per meaning, the one that the router prints.

Each function takes any spelling that RouterOS accepts and returns the printed one, so that two
texts mean the same exactly when their canonical forms are equal. A text that is not of the kind
comes back as it is: what a router shows is never an error here.
"""

import ipaddress
import re

SUFFIXES = {"": 1, "k": 1000, "M": 1000**2, "G": 1000**3}  # rates count in thousands
LOWEST_PRIORITY = 8
_RATE = re.compile(r"(\d{1,18}(?:\.\d{1,18})?)([kMG]?)(?:bps)?", re.ASCII)
_NUMBER = r"(\d{1,18})"  # no length of text from a router may cost more than reading it
_CLOCK = re.compile(rf"(?:{_NUMBER}w)?(?:{_NUMBER}d)?{_NUMBER}:(\d\d):(\d\d)", re.ASCII)
_COMPACT = re.compile(
    rf"(?:{_NUMBER}w)?(?:{_NUMBER}d)?(?:{_NUMBER}h)?(?:{_NUMBER}m(?!s))?(?:{_NUMBER}s)?"
    rf"(?:{_NUMBER}ms)?",
    re.ASCII,
)
_SECONDS = re.compile(_NUMBER, re.ASCII)
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}([:.-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}")
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_BARE = re.compile(rf"(?:{_OCTET}\.){{3}}{_OCTET}", re.ASCII).fullmatch
_TRUTH = {"yes": "true", "true": "true", "no": "false", "false": "false"}
_UNITS = (("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))


def text(value: str) -> str:
    """The text itself: RouterOS keeps it byte for byte."""
    return value


def boolean(value: str) -> str:
    """``true`` or ``false``, as the API prints what is written ``yes`` or ``no``."""
    return _TRUTH.get(value, value)


def rate(value: str) -> str:
    """Plain bit/s: ``20M`` is ``20000000``; k, M and G are powers of 1000 on both sides."""
    found = _RATE.fullmatch(value)
    if not found:
        return value
    number, suffix = found[1], SUFFIXES[found[2]]
    whole, _, fraction = number.partition(".")
    scaled = int(whole) * suffix
    if fraction:
        scaled += int(fraction) * suffix // 10 ** len(fraction)
    return str(scaled)


def short_rate(bits: int) -> str:
    """``20M`` for 20000000 bit/s: the largest suffix that loses nothing."""
    for suffix in ("G", "M", "k"):
        if bits and bits % SUFFIXES[suffix] == 0:
            return f"{bits // SUFFIXES[suffix]}{suffix}"
    return str(bits)


def rate_pair(value: str) -> str:
    """``upload/download`` in bit/s; a single rate sets the first half only, the second is 0."""
    first, _, second = value.partition("/")
    return f"{rate(first)}/{rate(second or '0')}"


def number_pair(value: str) -> str:
    """``8/8``: a single number counts for the first half, as simple queues store priorities."""
    first, _, second = value.partition("/")
    return f"{first}/{second or LOWEST_PRIORITY}"


def duration(value: str) -> str:
    """Compact w d h m s: ``86400``, ``24h`` and ``1d00:00:00`` are all ``1d``; words stay."""
    whole, milliseconds = _seconds(value)
    if whole is None:
        return value
    out = []
    for unit, size in _UNITS:
        count, whole = divmod(whole, size)
        if count:
            out.append(f"{count}{unit}")
    if milliseconds:
        out.append(f"{milliseconds}ms")
    return "".join(out) or "0s"


def seconds(value: str) -> int:
    """Whole seconds of a duration; 0 for a word such as ``none``."""
    return _seconds(value)[0] or 0


def _seconds(value: str) -> tuple[int | None, int]:
    if _SECONDS.fullmatch(value):
        return int(value), 0
    if clock := _CLOCK.fullmatch(value):
        w, d, h, m, s = (int(part or 0) for part in clock.groups())
        return ((w * 7 + d) * 24 + h) * 3600 + m * 60 + s, 0
    found = _COMPACT.fullmatch(value)
    if not found or not value:
        return None, 0
    w, d, h, m, s, ms = (int(part or 0) for part in found.groups())
    return ((w * 7 + d) * 24 + h) * 3600 + m * 60 + s + ms // 1000, ms % 1000


def duration_pair(value: str) -> str:
    """``16s/16s``; a single time sets the first half only, as for every pair of a simple queue."""
    first, _, second = value.partition("/")
    return f"{duration(first)}/{duration(second or '0s')}"


def mac(value: str) -> str:
    """Upper case with colons, whichever separator was written."""
    return re.sub("[.-]", ":", value).upper() if _MAC.fullmatch(value) else value


def host_mask(value: str) -> str:
    """Targets of simple queues, comma separated, a host with its ``/32``; interfaces stay."""
    return ",".join(_masked(part) for part in value.split(","))


def _masked(value: str) -> str:
    if _BARE(value):  # the module below takes ten times as long for it
        return f"{value}/32"
    try:
        return str(ipaddress.ip_interface(value))
    except ValueError:
        return value


def is_host(value: str) -> bool:
    """Whether it is one IPv4 address, bare: no network, range, list or interface."""
    try:
        return str(ipaddress.IPv4Address(value)) == value
    except ValueError:
        return False


def host_bare(value: str) -> str:
    """Addresses of lists and firewall matchers: a host bare, an aligned range as its prefix."""
    negated = "!" if value.startswith("!") else ""
    plain = value.removeprefix("!")
    first, dash, last = plain.partition("-")
    try:
        if not dash:
            return negated + str(ipaddress.IPv4Interface(plain)).removesuffix("/32")
        ends = ipaddress.IPv4Address(first), ipaddress.IPv4Address(last)
        networks = list(ipaddress.summarize_address_range(*ends))
    except (ValueError, TypeError):
        return value
    if len(networks) == 1:
        return negated + str(networks[0]).removesuffix("/32")
    return f"{negated}{ends[0]}-{ends[1]}"


def ranges(value: str) -> str:
    """Ranges of a pool, comma separated, each as ``from-to``; a single host stays bare."""
    return ",".join(_range(part) for part in value.split(","))


def _range(value: str) -> str:
    first, dash, last = value.partition("-")
    try:
        if dash:
            return first if first == last else f"{first}-{last}"
        network = ipaddress.IPv4Network(value, strict=False)
    except ValueError:
        return value
    return str(network[0]) if network.num_addresses == 1 else f"{network[0]}-{network[-1]}"


def rate_limit(value: str) -> str:
    """The ``rate-limit`` text of profiles and leases, with every part spelled out, rx first.

    rx is what the router receives, so it is the subscriber's upload. The grammar is
    ``rx[/tx] [burst [threshold [time [priority [min]]]]]``; the router stores the text as written,
    so only the parsed parts can be compared.
    """
    parts = value.split()
    if not parts or len(parts) > len(_LIMIT_PARTS):
        return value
    spelled = [spell(part) for spell, part in zip(_LIMIT_PARTS, parts, strict=False)]
    return " ".join(spelled + list(_LIMIT_DEFAULTS[len(parts) :]))


def _both(value: str) -> str:
    first, _, second = value.partition("/")
    return f"{rate(first)}/{rate(second or first)}"


def _both_times(value: str) -> str:
    first, _, second = value.partition("/")
    return f"{duration(first)}/{duration(second or first)}"


_LIMIT_PARTS = (_both, _both, _both, _both_times, text, _both)
_LIMIT_DEFAULTS = ("0/0", "0/0", "0/0", "0s/0s", "8", "0/0")
