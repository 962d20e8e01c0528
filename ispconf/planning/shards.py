"""Routers split into shards of about as many subscribers, for runs side by side.

Each router has an order of preference among the shards that depends on nothing but its name, and
takes the first that has room (rendezvous hashing with bounded loads): so where one router is added
or grows, nearly all others stay where they were. Knows nothing of machines.
"""

import hashlib
from collections.abc import Mapping, Sequence

_ROOM = 1.2  # times its fair share is what a shard takes; nearer to 1 more routers would move


def shards(subscribers: Mapping[str, int], count: int) -> list[list[str]]:
    """The routers of each shard, by name; ``subscribers`` is how many each router has.

    A shard may be empty where there are few routers. A router that is larger than a fair share is
    not split: it has the emptiest shard.
    """
    size = {router: people + 1 for router, people in subscribers.items()}  # to reach one costs too
    room = _ROOM * sum(size.values()) / count
    load, found = [0] * count, [list[str]() for _ in range(count)]
    for router in sorted(size, key=lambda name: (-size[name], name)):
        wished = _preference(router, count)
        fitting = (shard for shard in wished if load[shard] + size[router] <= room)
        chosen = next(fitting, min(wished, key=lambda shard: load[shard]))
        load[chosen] += size[router]
        found[chosen].append(router)
    return [sorted(routers) for routers in found]


def _preference(router: str, count: int) -> Sequence[int]:
    return sorted(
        range(count), key=lambda shard: hashlib.sha256(f"{router}/{shard}".encode()).digest()
    )
