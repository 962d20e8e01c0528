"""Templates and words of documents: the operator's own, and those that come with ispconf.

``templates/`` of a repository may hold ``receipt.txt.j2``, ``document.html.j2`` and so on, and
``words-es.yaml``; whatever is not there is taken from ``paper/`` beside this module. Knows nothing
of what they say.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from ispconf.edge.places import look
from ispconf.edge.yamltext import OddError, parse
from ispconf.errors import Problem, RequestError, Source
from ispconf.network.wording import meant

PACKAGED: Final = Path(__file__).parent / "paper"
_WORDS = "words-"


def own(root: Path) -> dict[str, str]:
    """The templates in the repository, by their names.

    Raises:
        RequestError: one cannot be read as UTF-8.
    """
    found, unread = readable(root)
    if unread:
        raise RequestError("\n".join(map(str, unread)))
    return found


def readable(root: Path) -> tuple[dict[str, str], list[Problem]]:
    """The templates that can be read, by their names, and what is wrong with the others."""
    found: dict[str, str] = {}
    unread: list[Problem] = []
    for path in sorted((root / "templates").glob("*.j2")):
        if path.is_file():
            try:
                found[path.name] = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                unread.append(Problem(Source(f"templates/{path.name}"), f"cannot be read: {error}"))
    return found, unread


@cache
def packaged() -> Mapping[str, str]:
    """The templates that come with ispconf, by their names."""
    return {path.name: path.read_text("utf-8") for path in sorted(PACKAGED.glob("*.j2"))}


def words(root: Path) -> dict[str, Mapping[str, str]]:
    """The words of documents by language, the repository's own laid over those of ispconf.

    Raises:
        RequestError: a file of words is wrong, or a language that is new lacks some.
    """
    if wrong := word_problems(root):
        raise RequestError("\n".join(map(str, wrong)))
    ours = packaged_words()
    mine = dict(_catalogues(root / "templates", []))
    return {**ours, **{language: {**ours.get(language, {}), **mine[language]} for language in mine}}


def word_problems(root: Path) -> list[Problem]:
    """What is wrong in the repository's own files of words."""
    ours, found = packaged_words(), list[Problem]()
    known = ours["en"]
    for language, mine in _catalogues(root / "templates", found):
        path = f"templates/{_WORDS}{language}.yaml"
        for word in mine:
            if word not in known and not word.startswith("method_"):
                place = look((root / path).read_bytes()).places[word,].key
                said = f'"{word}" is not a word of documents{meant(word, known)}'
                found.append(Problem(Source(path, *place), said))
        if missing := [word for word in known if word not in {**mine, **ours.get(language, {})}]:
            found.append(Problem(Source(path), f"lacks {', '.join(missing)}"))
    return found


@cache
def packaged_words() -> Mapping[str, Mapping[str, str]]:
    """The words that come with ispconf, by language."""
    return dict(_catalogues(PACKAGED, []))


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
    if not _whole(data):
        raise RequestError(f"ispconf.yaml: logo: {name} is damaged: save the picture again")
    return data


def _whole(data: bytes) -> bool:
    """Whether a picture can be drawn; where no PDF can be made, nobody draws it."""
    try:
        from PIL import Image  # noqa: PLC0415  comes with reportlab, which is an extra
    except ImportError:
        return True
    try:
        Image.open(BytesIO(data)).load()
    except Exception:  # noqa: BLE001 - a damaged picture makes its reader raise almost anything
        return False
    return True


def _catalogues(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, dict[str, str]]]:
    """The words of each file in a folder, by language; what is no catalogue is a problem."""
    for path in sorted(folder.glob(f"{_WORDS}*.yaml")):
        here = Source(f"templates/{path.name}")
        try:
            tree = parse(path.read_bytes()).root
        except (OSError, OddError):
            problems.append(Problem(here, "cannot be read as YAML"))
            continue
        if not isinstance(tree, dict) or not all(isinstance(each, str) for each in tree.values()):
            problems.append(Problem(here, "should be lines of word: text"))
            continue
        yield path.stem.removeprefix(_WORDS), tree
