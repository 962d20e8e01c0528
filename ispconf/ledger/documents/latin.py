"""Text in the letters that every PDF reader has a font for (Windows 1252, all of Latin-1).

Spanish, English, Portuguese and Swahili need no others. A letter from elsewhere loses its marks; of
another script nothing is left but question marks, and ``lost`` says so.
"""

import unicodedata

_ALIKE = str.maketrans("łŁđĐħĦıŧŦŋŊəƏĸ\u2212\u2010\u2011", "lLdDhHitTnNeEk---")
"""Letters that no rule of Unicode takes apart, and what stands in for them."""


def latin(text: str) -> str:
    """The text as it can be printed, ``?`` for each letter that cannot."""
    if text.isascii():
        return text
    whole = unicodedata.normalize("NFC", text).translate(_ALIKE)
    return "".join(_letter(letter) for letter in whole)


def lost(text: str) -> bool:
    """Whether letters of the text cannot be printed."""
    return latin(text).count("?") > text.count("?")


def _letter(letter: str) -> str:
    if _has(letter):
        return letter
    bare = "".join(
        part
        for part in unicodedata.normalize("NFKD", letter)
        if not unicodedata.combining(part) and _has(part)
    )
    return bare or ("" if unicodedata.category(letter) in ("Mn", "Me", "Cf") else "?")


def _has(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
