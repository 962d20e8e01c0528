"""Accounts that were judged before, for the same day, files and entries, and what is told of them.

A subscriber is judged again when their own file or entries changed, or a file that concerns
everybody. Accounts are kept in portions of a few hundred subscribers, so that one of them is found,
or changed, without the others. Knows nothing of how a standing comes about; what cannot be read
from the cache is judged anew.
"""

from bisect import bisect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from hashlib import blake2b
from typing import Any, Final
from zlib import crc32

from pydantic import ValidationError

from ispconf.edge.accounts import ACCOUNTS, Account
from ispconf.edge.cache import Kept
from ispconf.edge.conclusions import Origin
from ispconf.edge.pausing import collector_paused
from ispconf.edge.spreading import accounts
from ispconf.network.model import Network

_KIND: Final = "standings"
_CUTS: Final = 0xFF  # a portion ends before a name whose checksum has none of these bits
_TOLD: Final = 2  # days or branches of which it is kept what was told

Tell = Callable[[Mapping[str, Account]], str]
"""What is told of some subscribers; it follows from their accounts and files, and shared files."""


class Accounts(Mapping[str, Account]):
    """What each subscriber with a file owes on a day, and how their services stand, by id.

    Whoever asks for one makes that all are judged, unless it is kept; ``of`` judges no others.
    """

    def __init__(self, network: Network, day: date, origin: Origin) -> None:
        """``origin`` is what the network was made of, and where accounts are kept."""
        self._network = network
        self._day = day
        self._origin = origin
        self._key = f"{day} {origin.shared}"
        self._found: dict[str, Account] = {}

    def __getitem__(self, name: str) -> Account:
        if name not in self:
            raise KeyError(name)
        if name not in self._found:
            self._look_for([name])
        if name not in self._found:
            self._complete(self._portions)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._network.subscribers)

    def __len__(self) -> int:
        return len(self._network.subscribers)

    def __contains__(self, name: object) -> bool:
        return name in self._network.subscribers

    def values(self) -> Any:
        """All accounts, in order of the ids."""
        self._complete(self._portions)
        return super().values()

    def items(self) -> Any:
        """All ids and accounts, in order of the ids."""
        self._complete(self._portions)
        return super().items()

    def of(self, names: Collection[str]) -> Mapping[str, Account]:
        """The accounts of these subscribers, and perhaps of others."""
        wanted = dict.fromkeys(names)
        if len(wanted) == len(self):
            self._complete(self._portions)
            return self
        self._look_for(wanted)
        todo = [name for name in wanted if name not in self._found]
        self._found |= self._judged(todo) if todo else {}
        return self._found

    def told(self, kind: str, tell: Tell) -> list[str]:
        """What there is to tell of each portion of all subscribers, in order; kept as a kind."""
        cache = self._origin.cache
        now = {part: self._name_of(names) for part, names in self._portions.items()}
        texts = {
            part: kept.value
            for part, kept in cache.portions(kind, self._key).items()
            if kept.extra == now.get(part)
        }
        todo = {part: names for part, names in self._portions.items() if part not in texts}
        if todo:
            self._complete(todo)
            with collector_paused():
                new = {
                    part: tell({name: self._found[name] for name in names})
                    for part, names in todo.items()
                }
            kept = {part: Kept(text, now[part]) for part, text in new.items()}
            cache.conclude_portions(kind, self._key, kept, self._portions, most=_TOLD)
            texts |= new
        return [texts[part] for part in self._portions]

    def names(self, subscribers: Iterable[str]) -> str:
        """Names all that is told of these subscribers on the day follows from."""
        return f"{self._key} {self._name_of(subscribers)}"

    @cached_property
    def _portions(self) -> Mapping[str, Sequence[str]]:
        """The subscribers of each portion, by its first one, that before the first cut by "".

        A name alone says whether a portion begins there: few change when a subscriber comes.
        """
        found: dict[str, list[str]] = {}
        part = ""
        for name in sorted(self._network.subscribers):
            if not crc32(name.encode()) & _CUTS:
                part = name
            found.setdefault(part, []).append(name)
        return found

    def _name_of(self, names: Iterable[str]) -> str:
        """Names all that what is told of these subscribers follows from, but for shared files."""
        told = "\n".join(map(self._origin.of_subscriber, names))
        return blake2b(told.encode(), digest_size=20).hexdigest()

    def _look_for(self, names: Collection[str]) -> None:
        """Takes what is kept of the portions of these subscribers."""
        parts = list(self._portions)
        wanted = {
            parts[bisect(parts, name) - 1]
            for name in names
            if name in self and name not in self._found
        }
        self._take(self._kept(wanted))

    def _kept(self, parts: Collection[str]) -> Mapping[str, Kept]:
        """What is kept of the accounts of these portions, and perhaps of others."""
        cache = self._origin.cache
        if 2 * len(parts) > len(self._portions):
            return cache.portions(_KIND, self._key)
        found: dict[str, Kept] = {}
        for part in parts:
            found |= cache.portions(_KIND, self._key, part)
        return found

    def _take(self, portions: Mapping[str, Kept]) -> set[str]:
        """Takes the accounts that are still right; the portions of which all are, and no others."""
        whole = set()
        for part, kept in portions.items():
            names = self._portions.get(part, ())
            try:
                known = ACCOUNTS.validate_json(kept.value)
            except ValidationError:
                continue
            right = {
                name: known[name]
                for name in names
                if name in known and known[name].origin == self._origin.of_subscriber(name)
            }
            self._found |= right
            if len(right) == len(known) == len(names):
                whole.add(part)
        return whole

    def _complete(self, portions: Mapping[str, Sequence[str]]) -> None:
        """Finds the accounts of whole portions; those that had to be judged are kept."""
        if all(name in self._found for names in portions.values() for name in names):
            return
        with collector_paused():
            whole = self._take(self._kept(portions))
            todo = [
                name for names in portions.values() for name in names if name not in self._found
            ]
            self._found |= self._judged(todo) if todo else {}
            new = {
                part: Kept(ACCOUNTS.dump_json({name: self._found[name] for name in names}).decode())
                for part, names in portions.items()
                if part not in whole
            }
            if new:
                self._origin.cache.conclude_portions(_KIND, self._key, new, self._portions)

    def _judged(self, names: Sequence[str]) -> Mapping[str, Account]:
        """The accounts of these, judged anew and named by what they follow from."""
        return {
            name: each._replace(origin=self._origin.of_subscriber(name))
            for name, each in accounts(self._network, self._day, names).items()
        }
