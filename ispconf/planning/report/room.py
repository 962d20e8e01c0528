"""How much a comment may have, and what fits into it. Nothing is cut inside a line."""

from collections.abc import Iterable

LIMIT = 60_000  # bytes, and so characters; GitHub refuses comments over 65,536 characters


def size(part: str) -> int:
    """The bytes of a part, with the line end that joins it to the next."""
    return len(part.encode()) + 1


def within(parts: Iterable[str], room: int) -> list[str]:
    """The first parts that fit together."""
    kept = []
    for part in parts:
        room -= size(part)
        if room < 0:
            break
        kept.append(part)
    return kept


def whole(parts: Iterable[str], room: int) -> str:
    """All parts, or nothing when they do not fit together; those behind are not even made."""
    kept = []
    for part in parts:
        room -= size(part)
        if room < 0:
            return ""
        kept.append(part)
    return "\n".join(kept)
