"""Whatever somebody wrote into a name, a comment or a reason does nothing in any rendering."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import chain, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ispconf.errors import Exit
from ispconf.planning.byhand import by_hand
from ispconf.planning.changes import Action, Change, Why
from ispconf.planning.changeset import Changeset, Impact, RouterPlan, Status
from ispconf.planning.report import drift, pages, text
from ispconf.planning.report.comment import MARKER, Told, comment
from ispconf.planning.report.document import document
from ispconf.routeros.deeds import Deed
from ispconf.routeros.tables import ACTIVE, ADDRESS_LIST, FILTER, PROFILE, QUEUE, SECRET
from tests.planning.worlds import DAY, change

HOSTILE = [
    "@everyone",
    "org/repo#12",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details>",
    "</td></table>",
    "a | b || c",
    "`code` ```\nblock",
    "**bold** _em_ ~~gone~~",
    "[link](https://evil.example)",
    "https://evil.example www.evil.example",
    "\x1b[31mred\x1b]0;title\x07",
    "::set-output name=x::y",
    "\n::error::y",
    "##[error]y",
    "one\ntwo\r\nthree\u2028four",
    "\u202egnp.exe",
    "\u200f\u061c",
    "=cmd|' /C calc'!A0",
    "<!-- ispconf:plan -->",
    "&lt;b&gt;",
    "{{ 7*7 }} ${x} %s {0}",
    "\udcf3\udc00",
]
CANARY = "canary-password-4711"
OURS = re.compile(
    r"<!-- ispconf:plan -->"
    r"|<!-- ispconf:state \[\[[\w\s,.:;\"-]*\]\] -->"
    r"|<details><summary><b>[a-z]+-1</b>: \w+, \d changes?</summary>|</details>|</?b>"
    r"|<details><summary><b>\d x [^<>]*</b>[^<>]*</summary>"  # foreign text, but not a tag in it
)
BOLD = re.compile(r"Subscribers: none affected\.|refused|unreachable|[a-z]+-1")
NOBODY = Impact(0, 0, 0, 0, 0, 0)


def changes(foul: str) -> tuple[Change, ...]:
    """A change of every action, with the text wherever text may stand."""
    fields = {"name": foul, "password": CANARY, "comment": foul, "profile": foul, "caller-id": foul}
    told = {"reason": foul, "why": (Why("file", foul),), "owner": f"{foul}/casa", "cause": foul}
    kept = {"before": {**fields, "password": "x"}, "after": {**fields, "caller-id": f"{foul} 2"}}
    mark = f"ispconf:{foul}#{foul}"
    entry = {"list": foul, "address": foul}
    return (
        change(Action.ADD, SECRET.path, key={"name": foul}, after=fields, **told),
        change(Action.SET, SECRET.path, key={"name": foul}, **kept, **told),
        change(Action.ADOPT, SECRET.path, key={"name": foul}, **kept, **told),
        change(Action.REMOVE, SECRET.path, key={"name": foul}, before=fields, **told),
        change(Action.MOVE, FILTER.path, key={"comment": mark}, **told),
        change(Action.ADD, ADDRESS_LIST.path, key=entry, after=entry, **told),
        change(Action.SET, PROFILE.path, key={"name": foul}, before={"rate-limit": foul},
               after={"rate-limit": "1M"}, **told),
        change(Action.SET, QUEUE.path, key={"name": foul}, before={"max-limit": foul},
               after={"max-limit": "1/1"}, **told),
        change(Action.DISCONNECT, ACTIVE.path, key={"name": foul}, before=entry, **told),
    )  # fmt: skip


def planned(foul: str) -> Changeset:
    held = changes(foul)
    plans = (
        RouterPlan("norte-1", Status.PLANNED, held, notes=(foul,), routeros=foul, identity=foul),
        RouterPlan("sur-1", Status.REFUSED, held[:1], foul, routeros="7.1"),
        RouterPlan("este-1", Status.UNREACHABLE, (), foul),
    )
    return Changeset("0123abc", False, DAY, plans, notes=(foul,))  # noqa: FBT003


def in_text(foul: str) -> str:
    return "\n".join(line.text for line in text.lines(planned(foul), NOBODY))


def in_markdown(foul: str) -> str:
    return comment(Told(planned(foul), NOBODY, "ab" * 32, "plan.json"), 10**9)


def in_little_room(foul: str) -> str:
    """A comment in which people are told by name or counted only."""
    return comment(Told(planned(foul), NOBODY, "ab" * 32, "plan.json"), 3_000)


def in_html(foul: str) -> str:
    return pages.in_html(planned(foul), NOBODY)


def in_json(foul: str) -> str:
    whole = document(planned(foul), NOBODY, Exit.OK, lambda secret: f"f{len(secret)}")
    return json.dumps(whole, ensure_ascii=False)


def by_somebody(foul: str) -> Changeset:
    """The same changes as what somebody did by hand."""
    held = planned(foul)
    deeds = [Deed(foul, foul, SECRET.path, "removed", name=foul)]
    told = (each._replace(changes=by_hand(each.changes, deeds)) for each in held.routers)
    return held._replace(routers=tuple(told))


def drift_in_markdown(foul: str) -> str:
    return drift.in_markdown(by_somebody(foul))


def drift_in_text(foul: str) -> str:
    return "\n".join(line.text for line in drift.lines(by_somebody(foul)))


EVERY = [drift_in_markdown, drift_in_text, in_text, in_markdown, in_little_room, in_html, in_json]
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=20) | st.lists(
    st.sampled_from([*HOSTILE, "|", "\n", "<", "`", "@a"]), max_size=3
).map("".join)  # fmt: skip
QUICK = settings(max_examples=40, deadline=None)


def check_text(foul: str) -> None:
    lines = f"{in_text(foul)}\n{drift_in_text(foul)}".split("\n")
    assert len(lines) == len(f"{in_text('plain')}\n{drift_in_text('plain')}".split("\n"))
    for line in lines:
        assert not re.search(
            "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\u200e\u200f\u061c]", line
        )
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


def check_markdown(foul: str) -> None:
    shown, parser = in_markdown(foul), MarkdownIt("commonmark").enable(["table", "strikethrough"])
    # The same blocks, the same cells, whatever the words.
    assert [each.type for each in parser.parse(shown)] == [
        each.type for each in parser.parse(in_markdown("plain"))
    ]
    check_inline(shown)


def check_little_room(foul: str) -> None:
    check_inline(in_little_room(foul))


def check_inline(shown: str) -> None:
    """No tag, link, emphasis, code or mention but what is ours."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(shown)
    flat = list(chain.from_iterable([token, *(token.children or ())] for token in tokens))
    inline = [each for token in tokens for each in token.children or ()]
    allowed = {"text", "softbreak", "hardbreak", "text_special", "html_inline"}
    assert {each.type for each in inline} <= allowed | {"strong_open", "strong_close"}
    strong = [after.content for each, after in pairwise(inline) if each.type == "strong_open"]
    assert all(BOLD.fullmatch(each) for each in strong), strong
    html = [token.content for token in flat if token.type.startswith("html")]
    assert all(OURS.fullmatch(each.strip()) for each in html), html
    words = "".join(token.content for token in flat if token.type.startswith("text"))
    assert not re.search(r"[@#][\w/]", words.replace("###", ""))
    assert shown.count(MARKER) == 1


def check_drift(foul: str) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens, plain = (parser.parse(drift_in_markdown(each)) for each in (foul, "plain"))
    assert [each.type for each in tokens] == [each.type for each in plain]
    found = {each.type for token in tokens for each in token.children or ()}
    assert found <= {"text", "softbreak", "text_special", "strong_open", "strong_close"}
    words = "".join(c.content for token in tokens for c in token.children or ())
    assert not re.search(r"[@#][\w/]", words)


class Page(HTMLParser):
    """The tags of a page, in order, and the text of its cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def check_html(foul: str) -> None:
    shown, plain = Page(in_html(foul)), Page(in_html("plain"))
    assert shown.tags == plain.tags
    assert "script" not in {tag for tag, _ in shown.tags}
    in_html(foul).encode()


CHECKS = [check_text, check_markdown, check_little_room, check_html, check_drift]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("foul", HOSTILE)
def test_what_is_known_to_bite_does_nothing(check: Callable[[str], None], foul: str) -> None:
    check(foul)


@pytest.mark.parametrize("check", CHECKS)
@QUICK
@given(foul=TEXTS)
def test_no_text_does_anything(check: Callable[[str], None], foul: str) -> None:
    check(foul or "plain")


@pytest.mark.parametrize("foul", HOSTILE)
def test_json_holds_the_text_as_it_is_and_the_line_stays_one(foul: str) -> None:
    shown = in_json(foul)
    assert "\n" not in shown
    assert json.loads(shown)["routers"][0]["changes"][0]["key"] == {"name": foul}


@pytest.mark.parametrize("render", EVERY, ids=lambda render: render.__name__)
@pytest.mark.parametrize("foul", ["plain", *HOSTILE[:3]])
def test_no_rendering_shows_a_secret(render: Callable[[str], str], foul: str) -> None:
    assert CANARY not in render(foul)
    assert "canary" not in render(foul)


def test_a_changed_password_is_told_without_it() -> None:
    assert "password (secret) changed" in in_text("plain")
