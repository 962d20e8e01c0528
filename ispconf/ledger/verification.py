"""The short code that ties a paper to the ledger: anybody can work it out again from its lines."""

from collections.abc import Iterable
from hashlib import sha256

from ispconf.ledger import lines
from ispconf.ledger.entries import Entry


def verification(entries: Iterable[Entry], said: Iterable[str] = ()) -> str:
    """Ten digits of the SHA-256 of what the paper says beside them, and of its entries' lines."""
    written = "\n".join([*said, *map(lines.write, entries)])
    return sha256(written.encode()).hexdigest()[:10].upper()
