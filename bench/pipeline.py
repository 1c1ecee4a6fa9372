"""How fast papers become a release, and whether the cost of a paper stays flat as papers grow.

    python -m bench.pipeline                  1, 1,000 and 10,000 invented papers
    python -m bench.pipeline 1 100 1000
    python -m bench.pipeline --build-only 1000 10000      the whole of `lod build` without the stages one by one

Each size runs in a process of its own, so that its peak memory is its own. The stages read, map, validate and load are
processor time in one process; `build` is the clock's time for the whole of `lod build --jobs N` with store, dumps,
checks and manifest. Its processor time is printed too: other work on the machine lengthens the clock's, not that.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TypeAlias

from lod.extract import choose, extract
from lod.iri import Mint
from lod.mapping import map_record
from lod.municipality import Municipality, SourceRef, load
from lod.readers import read
from lod.release.papers import PAPERS_PER_SHARD
from lod.stores import oxigraph
from lod.validation import Validator
from tests.papers import generate

ROOT = Path(__file__).resolve().parents[1]
SIZES = (1, 1_000, 10_000)
_PLAIN = {
    "house_style": "none",
    "lost": "nothing",
    "broken": "nothing",
    "kana": "composed",
    "width": "half",
    "section_place": "spaced",
    "program_brackets": "no",
}
Spent: TypeAlias = dict[str, float]
STAGES = ("read", "map", "validate", "load", "build")


def invent(folder: Path, count: int) -> None:
    """Papers of distinct departments and years of one municipality, from many invented ones."""
    city = folder / "data" / "hiratsuka"
    shutil.copytree(ROOT / "data" / "hiratsuka", city)
    shutil.rmtree(city / "sources" / "2016")
    for number, (name, data) in enumerate(_papers(count)):
        year = city / "sources" / name
        year.mkdir(exist_ok=True)
        (year / f"{number:06}.txt").write_bytes(data)


def _papers(count: int) -> Iterator[tuple[str, bytes]]:
    """(year, bytes): each paper's department is made unique, so that no two are the same edition.

    Program names are made unique by department too: one program of two departments in a year is a Violation (I06).
    """
    seed = made = 0
    while made < count:
        paper = generate(seed, **_PLAIN)
        seed += 1
        department, text = paper.truth.department, paper.text
        if department not in text or any(text.count(program.name) != 1 for program in paper.truth.programs):
            continue
        text = text.replace(department, f"第{made}{department}")
        for program in paper.truth.programs:
            text = text.replace(program.name, f"第{made}{program.name}")
        yield str(paper.truth.fiscal_year), text.encode()
        made += 1


def measure(folder: Path) -> dict[str, float]:
    """Seconds of processor time for each stage over all papers of a folder."""
    city = load(folder / "data" / "hiratsuka")
    mint = Mint("https://lod.example.org/")
    validator = Validator(mint)
    spent = dict.fromkeys(STAGES, 0.0)
    shards = folder / "shards"
    shards.mkdir()
    for at in range(0, len(city.sources), PAPERS_PER_SHARD):
        with (shards / f"{at:08}.nq").open("wb") as file:
            _measure(city.sources[at : at + PAPERS_PER_SHARD], city, mint, validator, file, spent)
    clock = time.process_time()
    oxigraph.build(folder / "store", sorted(shards.iterdir()))
    _lap(spent, "load", clock)
    return spent


def _measure(
    sources: Sequence[SourceRef], city: Municipality, mint: Mint, validator: Validator, file: IO[bytes], spent: Spent
) -> None:
    for source in sources:
        clock = time.process_time()
        document = read(source.path.read_bytes(), source.path.name)
        record = extract(document, choose(document, city.forms, source.fiscal_year), city.code).record
        clock = _lap(spent, "read", clock)
        if record is None:
            raise SystemExit(f"no record: {source.path}")
        paper = map_record(record, city, mint)
        clock = _lap(spent, "map", clock)
        validator.check(paper, source.path.name)
        clock = _lap(spent, "validate", clock)
        file.write(paper.nquads().encode())
        _lap(spent, "map", clock)


def _lap(spent: dict[str, float], stage: str, clock: float) -> float:
    now = time.process_time()
    spent[stage] += now - clock
    return now


def child(count: int, build_only: bool) -> None:
    """One size: prints its figures as JSON."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        invent(folder, count)
        # The build goes first: a process that is started inherits the peak memory of the one that starts it.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("LOD_")}
        clock = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "lod.cli", "build"], cwd=folder, env=environment, capture_output=True, check=False
        )
        built = time.perf_counter() - clock
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        build_peak, build_cpu = used.ru_maxrss, used.ru_utime + used.ru_stime
        said = done.stderr.decode(errors="replace").strip().splitlines()
        shutil.rmtree(folder / "var")
        stages = dict.fromkeys(STAGES, 0.0) if build_only else measure(folder)
        spent = stages | {"build": built}
        stages_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        json.dumps(
            {
                "count": count,
                "spent": spent,
                "stages_mib": stages_peak // 1024,
                "build_mib": build_peak // 1024,
                "build_cpu": build_cpu,
                "exit": done.returncode,
                "said": said[-1] if said else "",
            }
        )
    )


def main() -> None:
    """Prints milliseconds a paper by stage and size, and how the cost of a paper grows."""
    if sys.argv[1:2] == ["--child"]:
        child(int(sys.argv[2]), "--build-only" in sys.argv)
        return
    options = [word for word in sys.argv[1:] if word.startswith("--")]
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()] or list(SIZES)
    print(
        "papers  "
        + "".join(f"{stage + ' ms':>13}" for stage in STAGES)
        + "   papers/s   build CPU ms   peak MiB: stages, build"
    )
    costs: dict[int, dict[str, float]] = {}
    for size in sizes:
        done = subprocess.run(
            [sys.executable, "-m", "bench.pipeline", "--child", str(size), *options],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        found = json.loads(done.stdout)
        costs[size] = {stage: seconds * 1000 / size for stage, seconds in found["spent"].items()}
        costs[size]["CPU of build"] = found["build_cpu"] * 1000 / size
        row = "".join(f"{costs[size][stage]:>13.2f}" for stage in STAGES)
        speed = f"{1000 / costs[size]['build']:>11.1f}{costs[size]['CPU of build']:>15.2f}"
        print(f"{size:>6}  {row}{speed}   {found['stages_mib']:>6}, {found['build_mib']}")
        print(f"        exit {found['exit']}: {found['said']}", flush=True)
    if len(sizes) > 1:
        last, before = sizes[-1], sizes[-2]
        timed = [stage for stage in costs[last] if costs[before][stage]]
        ratios = ", ".join(f"{stage} {costs[last][stage] / costs[before][stage]:.2f}" for stage in timed)
        print(f"cost of a paper at {last:,} over that at {before:,}: {ratios}")


if __name__ == "__main__":
    main()
