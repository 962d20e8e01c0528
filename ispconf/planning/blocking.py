"""The rows that make a list of suspended addresses mean something on a router.

Rules at the top of ``forward`` let the listed ones reach what they may still reach and refuse the
rest, in both directions, established connections included; a redirect sends their plain web traffic
to the notice page. Refused with ``icmp-admin-prohibited``, so that devices fail fast (BR-125).
"""

from collections.abc import Iterator, Mapping, Sequence

from ispconf.routeros import values
from ispconf.routeros.rows import Row, comment
from ispconf.routeros.tables import ADDRESS_LIST, FILTER, NAT

_FORWARD: Sequence[tuple[str, str, Mapping[str, str]]] = (
    ("allow", "suspended services may reach these", {"from": "cut", "to": "allowed"}),
    ("allow-replies", "answers to suspended services", {"from": "allowed", "to": "cut"}),
    ("dns", "suspended services may ask for names", {"from": "cut", "dst-port": "53"}),
    ("dns-replies", "answers to their questions", {"to": "cut", "src-port": "53"}),
)


def rows(
    router: str, cut: str, allow: Sequence[str], notice: tuple[str, str] | None, suffix: str = ""
) -> list[Row]:
    """Block rules for the list ``cut``, in order; ``notice`` is the page's address and port.

    ``suffix`` tells the rules of a router's further lists, which plans may name, from the first's.
    """
    owner = f"router:{router}"
    named = [*allow, *([notice[0]] if notice else [])]
    reachable = list(dict.fromkeys(values.host_bare(address) for address in named))
    allowed = f"{cut}-allow"
    entries = [
        Row(ADDRESS_LIST.path, _entry(owner, allowed, address), owner) for address in reachable
    ]
    rules = [
        Row(FILTER.path, _rule(f"{owner}#{part}{suffix}", words, fields), owner)
        for part, words, fields in _forward(cut, allowed if reachable else "")
    ]
    page = _redirect(f"{owner}#notice{suffix}", cut, allowed, notice) if notice else None
    redirect = [Row(NAT.path, page, owner)] if page else []
    return [*entries, *rules, *redirect]


def _entry(owner: str, listed: str, address: str) -> dict[str, str]:
    words = comment(owner, "reachable for suspended services")
    fields = {"list": listed, "address": address, "comment": words}
    return fields | {"disabled": "false"}


def _forward(cut: str, allowed: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    lists = {"cut": cut, "allowed": allowed}
    for part, words, facts in _FORWARD if allowed else ():
        rule = {"action": "accept"}
        for side, field in (("from", "src-address-list"), ("to", "dst-address-list")):
            if side in facts:
                rule[field] = lists[facts[side]]
        ports = {name: facts[name] for name in ("src-port", "dst-port") if name in facts}
        yield part, words, rule | ports | ({"protocol": "udp"} if ports else {})
    refused = {"action": "reject", "reject-with": "icmp-admin-prohibited"}
    yield "block", "suspended services", refused | {"src-address-list": cut}
    yield "block-replies", "suspended services", {"action": "drop", "dst-address-list": cut}


def _rule(mark: str, words: str, fields: Mapping[str, str]) -> dict[str, str]:
    stated = {"chain": "forward", **fields, "comment": comment(mark, words)}
    return stated | {"disabled": "false"}


def _redirect(mark: str, cut: str, allowed: str, notice: tuple[str, str]) -> dict[str, str]:
    return {
        "chain": "dstnat",
        "action": "dst-nat",
        "protocol": "tcp",
        "dst-port": "80",
        "src-address-list": cut,
        "dst-address-list": f"!{allowed}",
        "to-addresses": notice[0],
        "to-ports": notice[1],
        "comment": comment(mark, "suspended services see the notice page"),
        "disabled": "false",
    }
