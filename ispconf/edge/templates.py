"""The operator's own templates; whoever has none gets the ones that come with ispconf."""

from pathlib import Path

from ispconf.errors import RequestError


def template(root: Path, name: str) -> str | None:
    """The text of ``templates/<name>`` in the repository; None when it has none.

    Raises:
        RequestError: it is there and cannot be read as UTF-8.
    """
    path = root / "templates" / name
    if not path.is_file():
        return None
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"templates/{name} cannot be read: {error}") from error
