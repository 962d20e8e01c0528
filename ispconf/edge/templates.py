"""Templates and words of documents: the operator's own, and those that come with ispconf.

``templates/`` of a repository may hold ``receipt.txt.j2``, ``document.html.j2`` and so on, and
``words-es.yaml``; whatever is not there is taken from ``paper/`` beside this module. Knows nothing
of what they say.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from ispconf.edge.yamltext import OddError, parse
from ispconf.errors import RequestError
from ispconf.network.wording import meant

PACKAGED: Final = Path(__file__).parent / "paper"
_WORDS = "words-"


def own(root: Path) -> dict[str, str]:
    """The templates in the repository, by their names.

    Raises:
        RequestError: one cannot be read as UTF-8.
    """
    folder = root / "templates"
    return {path.name: _text(path) for path in sorted(folder.glob("*.j2")) if path.is_file()}


@cache
def packaged() -> Mapping[str, str]:
    """The templates that come with ispconf, by their names."""
    return {path.name: path.read_text("utf-8") for path in sorted(PACKAGED.glob("*.j2"))}


def words(root: Path) -> dict[str, Mapping[str, str]]:
    """The words of documents by language, the repository's own laid over those of ispconf.

    Raises:
        RequestError: a file of words is wrong, or a language that is new lacks some.
    """
    ours = packaged_words()
    found = dict(ours)
    known = ours["en"]
    for language, mine in _catalogues(root / "templates"):
        name = f"templates/{_WORDS}{language}.yaml"
        for word in mine:
            if word not in known and not word.startswith("method_"):
                said = f'{name}: "{word}" is not a word of documents{meant(word, known)}'
                raise RequestError(said)
        whole = {**ours.get(language, {}), **mine}
        if missing := [word for word in known if word not in whole]:
            raise RequestError(f"{name} lacks {', '.join(missing)}")
        found[language] = whole
    return found


@cache
def packaged_words() -> Mapping[str, Mapping[str, str]]:
    """The words that come with ispconf, by language."""
    return dict(_catalogues(PACKAGED))


def logo(root: Path, name: str) -> bytes:
    """The picture that ispconf.yaml names, a PNG or JPEG.

    Raises:
        RequestError: it is not there, not a picture, or not in the repository.
    """
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise RequestError(f"ispconf.yaml: logo: there is no {name} in the repository")
    data = path.read_bytes()
    if not data.startswith((b"\x89PNG\r\n", b"\xff\xd8\xff")):
        raise RequestError(f"ispconf.yaml: logo: {name} is neither PNG nor JPEG")
    return data


def _catalogues(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    for path in sorted(folder.glob(f"{_WORDS}*.yaml")):
        try:
            tree = parse(path.read_bytes()).root
        except (OSError, OddError) as error:
            raise RequestError(f"templates/{path.name} cannot be read as YAML") from error
        if not isinstance(tree, dict) or not all(isinstance(each, str) for each in tree.values()):
            raise RequestError(f"templates/{path.name} should be lines of word: text")
        yield path.stem.removeprefix(_WORDS), tree


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"templates/{path.name} cannot be read: {error}") from error
