"""Prints what the past costs: history, blame, audit and explain in a repository with many commits.

    python benchmarks/bench_history.py [--subscribers 10000] [--commits 5000] [--months 24]

The repository is made by ``git fast-import``: a bill run a month, cashiers who commit their day in
one or two parts, and changes of subscribers' files. Figures are of whole runs in fresh processes,
the better of two, git's CPU among them.
"""

import argparse
import random
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from benchmarks.generate import (
    CASHIERS,
    COMPANY,
    PER_FOLDER,
    PLANS,
    Fleet,
    months,
    routers,
    subscriber,
)
from benchmarks.measured import head, ispconf, show

Files = dict[str, str]


class Made(NamedTuple):
    """A commit to be: who, when, why, and the whole text of each file that it changes."""

    day: datetime
    author: str
    subject: str
    files: Files


def start(subscribers: int) -> Files:
    """The files of the first commit."""
    chance = random.Random(1)  # noqa: S311  the same network every time
    files = {"ispconf.yaml": COMPANY}
    for speed, price in PLANS:
        files[f"plans/hogar-{speed}.yaml"] = (
            f"name: Hogar {speed} Mbps\naccess: [pppoe, queue]\nprice: {price}.00\ntax: iva\n"
            f"rate: {{down: {speed}M, up: {speed // 2}M}}\n"
        )
    with tempfile.TemporaryDirectory() as folder:
        routers(Path(folder), subscribers, Fleet())
        for path in Path(folder).glob("inventory/*"):
            files[f"inventory/{path.name}"] = path.read_text(encoding="utf-8")
    for index in range(subscribers):
        files[file_of(index)] = subscriber(index, chance, Fleet(), None)
    return files


def file_of(index: int) -> str:
    """The path of a subscriber's file."""
    return f"subscribers/z{index // PER_FOLDER:03}/cliente-{index:06}.yaml"


def bills(subscribers: int, count: int) -> Iterator[Made]:
    """A bill run before each month."""
    number = 0
    for first in months(count):
        end = (first + timedelta(days=32)).replace(day=1)
        issued = (first - timedelta(days=1)).replace(day=28)
        rows = []
        for index in range(subscribers):
            number += 1
            speed, price = PLANS[index % 4]
            rows.append(
                f"- {{no: invoices-{number:06}, date: {issued}, type: invoice, subscriber: "
                f"cliente-{index:06}, service: casa, period: {first}/{end}, due: {first}, cut: "
                f"{first.replace(day=20)}, total: {price}.00, taxes: {{iva: "
                f"{price * 16 / 116:.2f}}}, lines: [{{item: Hogar {speed} Mbps, amount: "
                f"{price}.00}}]}}\n"
            )
        path = f"ledger/{issued:%Y/%m}/{issued}-invoices.yaml"
        yield Made(at(issued, 2), "bot", f"Bill {first:%Y-%m}", {path: "".join(rows)})


def takings(subscribers: int, count: int, chance: random.Random) -> Iterator[Made]:
    """The cashiers' days; some of them are committed in two parts."""
    days: defaultdict[tuple[date, str], list[str]] = defaultdict(list)
    for first in months(count):
        for index in range(subscribers):
            journal = CASHIERS[index % 3]
            paid = first + timedelta(days=chance.randrange(25))
            method = "mpesa" if journal == "mpesa" else "cash"
            days[paid, journal].append(
                f"date: {paid}, type: payment, subscriber: cliente-{index:06}, amount: "
                f'{PLANS[index % 4][1]}.00, method: {method}, ref: "{first:%y%m}{index:06}"'
            )
    numbers: defaultdict[str, int] = defaultdict(int)
    for (day, journal), found in sorted(days.items()):
        rows = []
        for entry in found:
            numbers[journal] += 1
            rows.append(f"- {{no: {journal}-{numbers[journal]:06}, {entry}}}\n")
        path = f"ledger/{day:%Y/%m}/{day}-{journal}.yaml"
        parts = [len(rows) // 2, len(rows)] if chance.random() < 0.6 else [len(rows)]
        for hour, end in enumerate(parts, 12):
            yield Made(at(day, hour), journal, f"{journal} {day}", {path: "".join(rows[:end])})


def changes(files: Files, count: int, span: int, chance: random.Random) -> Iterator[Made]:
    """Changes of plan and of phone, spread over the months."""
    people = [path for path in files if path.startswith("subscribers/")]
    for number in range(count):
        day = at(months(1)[0] + timedelta(days=number * span * 30 // max(count, 1)), 9)
        file = people[chance.randrange(len(people))]
        text = files[file]
        if number % 3:
            new, old = PLANS[number // 3 % 4][0], text.split("plan: hogar-")[1].split("\n")[0]
            text = text.replace(f"plan: hogar-{old}", f"plan: hogar-{new}")
        text = text.replace("+52 222 ", f"+52 {222 + number % 700} ", 1)
        files[file] = text
        yield Made(day, "luis", f"Change {Path(file).stem}", {file: text})


def at(day: date, hour: int) -> datetime:
    """An hour of a day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def imported(root: Path, subscribers: int, count: int, span: int) -> None:
    """The repository with so many commits."""
    chance = random.Random(2)  # noqa: S311
    files = start(subscribers)
    first = Made(at(date(2025, 12, 1), 0), "ana", "A network", dict(files))
    money = [*bills(subscribers, span), *takings(subscribers, span, chance)]
    people = list(changes(files, max(count - len(money) - 1, 100), span, chance))
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    importing = subprocess.Popen(
        ["git", "-C", str(root), "fast-import", "--quiet"], stdin=subprocess.PIPE
    )
    assert importing.stdin  # noqa: S101
    for made in [first, *sorted([*money, *people], key=lambda each: each.day)]:
        who = f"{made.author} <{made.author}@example.com> {int(made.day.timestamp())} +0000"
        subject = made.subject.encode()
        head = f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {len(subject)}\n"
        importing.stdin.write(head.encode() + subject + b"\n")
        for path, text in made.files.items():
            data = text.encode()
            importing.stdin.write(f"M 100644 inline {path}\ndata {len(data)}\n".encode())
            importing.stdin.write(data + b"\n")
    importing.stdin.close()
    importing.wait()
    subprocess.run(["git", "-C", str(root), "reset", "-q", "--hard", "main"], check=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=10_000)
    parser.add_argument("--commits", type=int, default=5_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--keep", type=Path, help="make the repository here, and keep it")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-history-") as folder:
        root = given.keep or Path(folder) / "network"
        if not (root / ".git").exists():
            imported(root, given.subscribers, given.commits, given.months)
        said = subprocess.run(
            ["git", "-C", str(root), "rev-list", "--count", "HEAD"],
            check=True,
            capture_output=True,
            text=True,
        )
        head(f"{given.subscribers} subscribers, {said.stdout.strip()} commits")
        last = months(given.months)[-1]
        for words in (
            ("history", "cliente-000007"),
            ("blame", "cliente-000007"),
            ("audit", "--since", str(last)),
            ("explain", "HEAD~200..HEAD"),
        ):
            day = str(last + timedelta(days=27))
            show(" ".join(words), min(ispconf(root, day, *words) for _ in range(2)))


if __name__ == "__main__":
    main()
