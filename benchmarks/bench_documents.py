"""A month of invoices for everybody as files, each kind a process of its own.

    python benchmarks/bench_documents.py [--subscribers 10000]

The network was read before, so that the figures are those of the documents.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.generate import Fleet, generate, months
from benchmarks.measured import head, ispconf, show


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--subscribers", type=int, default=10_000)
    given = arguments.parse_args()
    head(f"{given.subscribers} invoices")
    with tempfile.TemporaryDirectory(prefix="bench-documents-") as folder:
        root = Path(folder) / "network"
        generate(root, given.subscribers, 1, Fleet())
        month = months(1)[-1]
        day = str(month.replace(day=25))
        ispconf(root, day, "check")
        for kind in ("text", "html", "pdf"):
            out = Path(folder) / kind
            words = ("invoice", "--period", f"{month:%Y-%m}", "--all", "--as", kind)
            show(f"as {kind}", ispconf(root, day, *words, "--out", str(out)))
            printed = sum(1 for _ in out.iterdir())
            if printed != given.subscribers:
                raise SystemExit(f"{printed} files in {out}")


if __name__ == "__main__":
    main()
