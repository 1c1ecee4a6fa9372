"""What the files for download cost: processor time, peak memory and bytes a paper, at several sizes of release.

    python -m bench.dumps                        invents 1,000 and 10,000 papers and writes all their files
    python -m bench.dumps 1000 4000
    python -m bench.dumps --site DIR             the live release of a site that is there already

Each size is written in a process of its own, so that its peak memory is its own. Seconds are processor time, of all
threads.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.corpus import invent
from lod import config, distributions, release
from lod.municipality import load
from lod.stores.distribution import read_distributions
from lod.stores.draft import ReleaseDraft

SIZES = (1_000, 10_000)


def child(site: Path) -> None:
    """Writes the files of a site's live release into a folder that is thrown away; prints figures as JSON."""
    settings = config.load({"var": "var", "data": ["data"]}, site)
    live = release.current(settings.var)
    assert live
    store, papers = live.open(), int(live.manifest["papers"])
    cities = [load(folder) for folder in settings.data]
    with tempfile.TemporaryDirectory(prefix="bench-dumps-") as name:
        draft = ReleaseDraft(live.id, Path(name), settings, cities, store, papers, int(live.manifest["quads"]))
        at_first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        clock = time.process_time()
        distributions.write(draft)
        whole = time.process_time() - clock
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sizes: Counter[str] = Counter()
        for item in read_distributions(draft.folder):
            sizes[f"{item.format}{' gz' if item.compression else ''}"] += item.bytes
    print(
        json.dumps(
            {
                "papers": papers,
                "seconds": whole,
                "start_mib": at_first,
                "peak_mib": peak,
                "sizes": dict(sizes.most_common()),
            }
        )
    )


def measured(site: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.dumps", "--child", str(site)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def show(rows: list[dict[str, object]]) -> None:
    print("| papers | seconds a thousand | peak MiB | MiB before | KiB a paper |")
    print("|---|---|---|---|---|")
    for row in rows:
        papers, sizes = row["papers"], row["sizes"]
        assert isinstance(papers, int)
        assert isinstance(sizes, dict)
        thousand = 1000 * float(str(row["seconds"])) / papers
        cells = [f"{papers:,}", f"{thousand:.1f}", row["peak_mib"], row["start_mib"]]
        print("| " + " | ".join(str(cell) for cell in (*cells, f"{sum(sizes.values()) / papers / 1024:.0f}")) + " |")
    last, papers = rows[-1]["sizes"], rows[-1]["papers"]
    assert isinstance(papers, int)
    assert isinstance(last, dict)
    print("\nKiB a paper: " + " · ".join(f"{name} {size / papers / 1024:.1f}" for name, size in last.items()))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.dumps")
    parser.add_argument("sizes", nargs="*", type=int)
    parser.add_argument("--site", type=Path, action="append", default=[])
    parser.add_argument("--child", type=Path)
    given = parser.parse_args()
    if given.child:
        child(given.child)
        return
    if given.site:
        show([measured(site) for site in given.site])
        return
    rows = []
    for size in given.sizes or SIZES:
        with tempfile.TemporaryDirectory(prefix="bench-site-") as name:
            invent(Path(name), size, ("turtle", "distributions"), say=lambda _: None)
            rows.append(measured(Path(name)))
    show(rows)


if __name__ == "__main__":
    main()
