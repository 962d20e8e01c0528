"""Order inside a menu, and the order of a router's changes.

Our rules stand first in their chain, in the order wanted: a cut must act before whatever accepts
established connections. Rows of others are never moved; rows that the router makes itself stand
where it put them.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from ispconf.routeros.rows import Key, Row
from ispconf.routeros.tables import Table


def placements(table: Table, wanted: Sequence[Row], live: Sequence[Row]) -> Mapping[Key, str]:
    """The rows that are missing or stand wrongly, each with the id of the row it belongs before.

    An empty id means the end of the menu. Carried out in wanted order, they give the wanted order
    with the fewest moves.
    """
    placed: dict[Key, str] = {}
    for chain in dict.fromkeys(row.fields[table.order] for row in wanted):
        asked = [table.key_of(row.fields) for row in wanted if row.fields[table.order] == chain]
        rows = [row for row in live if not row.dynamic and row.fields.get(table.order) == chain]
        placed |= _of_chain(asked, [(table.key_of(row.fields), row.id) for row in rows])
    return placed


def _of_chain(asked: Sequence[Key], live: Sequence[tuple[Key, str]]) -> Mapping[Key, str]:
    rank = {key: index for index, key in enumerate(asked)}
    foreign = next((index for index, (key, _) in enumerate(live) if key == ("",)), len(live))
    leading = [(rank[key], row_id) for key, row_id in live[:foreign] if key in rank]
    kept = {leading[index][0]: leading[index][1] for index in _rising([r for r, _ in leading])}
    anchor = live[foreign][1] if foreign < len(live) else ""
    placed: dict[Key, str] = {}
    for index in range(len(asked) - 1, -1, -1):
        if index in kept:
            anchor = kept[index]
        else:
            placed[asked[index]] = anchor
    return dict(reversed(placed.items()))


def _rising(ranks: Sequence[int]) -> list[int]:
    """The positions of a longest rising run: the rows that may stay where they are."""
    ends: list[int] = []
    ends_at: list[int] = []
    previous: list[int] = []
    for position, rank in enumerate(ranks):
        slot = bisect_left(ends, rank)
        previous.append(ends_at[slot - 1] if slot else -1)
        ends[slot : slot + 1] = [rank]
        ends_at[slot : slot + 1] = [position]
    run, position = [], ends_at[-1] if ends_at else -1
    while position >= 0:
        run.append(position)
        position = previous[position]
    return run
