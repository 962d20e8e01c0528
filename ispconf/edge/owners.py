"""The CODEOWNERS files of a repository: where they are, and which are not what the policy says.

Knows the places where forges look for one. What stands in it is for ``network.codeowners``.
"""

from pathlib import Path
from typing import Final

from ispconf.network.codeowners import regular, text
from ispconf.network.company import Company

_PLACES: Final = ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS")
_REGULAR: Final = ".gitea/"
"""Gitea and Forgejo read regular expressions; only they look here."""


def places(root: Path) -> tuple[str, ...]:
    """The CODEOWNERS files that are there; the usual one when there is none."""
    return tuple(place for place in _PLACES if (root / place).is_file()) or _PLACES[:1]


def stale(root: Path, company: Company) -> dict[str, str]:
    """What should stand in each file that says something else, or is missing."""
    wanted = {
        place: regular(company) if place.startswith(_REGULAR) else text(company)
        for place in places(root)
    }
    return {place: said for place, said in wanted.items() if _read(root / place) != said}


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else None
    except (OSError, UnicodeDecodeError):
        return None
