"""What search and queries cost in the browser, beside the server in the same run.

    python -m bench.corpus 1000 DIR --without sources,turtle
    python -m bench.offline DIR [--no-engine]

Writes the index of the search page, then asks it in Chromium from an ordinary file server: each search as by a reader
who comes new, with nothing loaded but the two files that every search needs. Words are those of `bench.search`; what
is loaded is counted in bytes as they lie on the disk (a host that packs sends about a third). Then the engine of the
query page: what it takes to load the release whole, and each example query beside the endpoint without kept answers.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import shutil
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.search import KINDS, texts_of, words
from lod import config, release
from lod.config import Settings
from lod.mapping import example_queries
from lod.querying.found import find
from lod.querying.words import words_of
from lod.site.search import search_files
from lod.vocab import PREFIXES
from lod.web import create_app
from lod.web.live import Published
from lod.web.query_in_browser import SECONDS
from lod.web.site import EXTENSION
from tests.browser.hosting import hosted
from tests.conftest import BROWSERS, ROOT

STATIC = ROOT / "lod" / "web" / "static"
ASKED = 30
_TAGS = '<script src="static/offline/search-text.js"></script><script src="static/offline/search-index.js"></script>'
_SEARCH = """async (query) => {
  const loads = new Map(), arrived = new Map();
  let bytes = 0, files = 0;
  globalThis.lodIndex = (name, content) => arrived.set(name, content);
  const load = (name, size = 0) => {
    if (!loads.has(name)) {
      bytes += size;
      files += 1;
      loads.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `search-index/${name}.js?${Math.random()}`;
        script.onload = () => { script.remove(); resolve(arrived.get(name)); };
        script.onerror = reject;
        document.head.append(script);
      }));
    }
    return loads.get(name);
  };
  const index = await lodSite.Index.open(load);
  bytes = files = 0;
  const begun = performance.now();
  const asked = index.texts.words(query);
  const found = await index.find(asked);
  await index.hits(found.things.slice(0, 20), asked, "ja");
  return [performance.now() - begun, bytes, files, found.things.length];
}"""
_QUERY = """async ([url, bytes, queries, seconds]) => {
  let worker = null, clock = 0;
  const next = (message) => new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => { if (data.progress === undefined) resolve(data); };
    worker.postMessage(message);
  });
  const load = () => {
    worker = new Worker("static/offline/query-worker.js", { type: "module" });
    return next({ files: [{ url: new URL(url, location.href).href, bytes, format: "trig" }] });
  };
  const begun = performance.now();
  const { ready } = await load();
  const found = [ready, performance.now() - begun];
  for (const [query, format] of queries) {
    const late = new Promise((resolve) => (clock = setTimeout(resolve, seconds * 1000)));
    const answer = await Promise.race([next({ query, format, prefixes: {} }), late]);
    clearTimeout(clock);
    found.push(answer ? answer.ms : null);
    if (answer) continue;
    worker.terminate(); // as the page does
    await load();
  }
  return found;
}"""


def write_index(settings: Settings, live: release.Release, into: Path) -> None:
    """The index below a folder, and what it takes."""
    sizes, files, packed = Counter[str](), Counter[str](), 0
    clock, work = time.perf_counter(), time.process_time()
    for name, body in search_files(settings, live):
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        family = name.split("/")[1].removesuffix(".js")
        sizes[family] += len(body)
        files[family] += 1
    spent, worked = time.perf_counter() - clock, time.process_time() - work
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    papers = int(live.manifest["papers"])
    packed = sum(len(gzip.compress(path.read_bytes(), 6)) for path in into.rglob("search-index/**/*.js"))
    total = sum(sizes.values())
    print(
        f"{papers:,} papers: index written in {spent:.0f} s ({worked / papers * 1000:.1f} ms of CPU a paper),", end=""
    )
    print(f"{total / 1024**2:.1f} MiB ({total / papers / 1024:.1f} KiB a paper; {packed / 1024**2:.1f} MiB packed)")
    print(f"in {sum(files.values()):,} files, peak memory {peak:.0f} MiB")
    print("  " + ", ".join(f"{name} {size / 1024:,.0f} KiB in {files[name]}" for name, size in sizes.items()))


def searching(page: Page, live: Published) -> None:
    assert live.index
    index = live.index
    texts = texts_of(live.store, 200_000)
    years = ["平成28年度", "2019年度", "H30", "令和元年度 産業", "2017"]
    heads = ("browser ms", "most", "server ms", "KiB", "most", "files", "most", "hits")
    print(f"\n{'search':<18}" + "".join(f"{head:>11}" for head in heads))
    for name, length in (*KINDS.items(), ("year", -1)):
        asked = years if length < 0 else list(words(texts, length, ASKED, length))
        rows = []
        for word in asked:
            clock = time.perf_counter()
            there = len(find(index, words_of(word), {}, 30.0).things)
            server = (time.perf_counter() - clock) * 1000
            spent, size, files, hits = page.evaluate(_SEARCH, word)
            assert hits == there, word
            rows.append((spent, server, size / 1024, files, hits))
        browser, server_, sizes, files_, hits_ = zip(*rows, strict=True)
        cells = [statistics.median(browser), max(browser), statistics.median(server_), statistics.median(sizes)]
        cells += [max(sizes), statistics.median(files_), max(files_), statistics.median(hits_)]
        print(f"{name:<18}" + "".join(f"{cell:>11,.0f}" for cell in cells))


def querying(page: Page, settings: Settings, live: release.Release, folder: Path) -> None:
    whole = live.path / "dumps" / "all.trig.gz"
    shutil.copy(whole, folder)
    examples = [one for one in example_queries() if PREFIXES["text"] not in one.text]
    graph, table = "application/n-triples", "application/sparql-results+json"
    media = [graph if one.verb == "CONSTRUCT" else table for one in examples]
    size = whole.stat().st_size
    queries = [[one.text, accept] for one, accept in zip(examples, media, strict=True)]
    found: list[Any] = page.evaluate(_QUERY, [whole.name, size, queries, SECONDS])
    quads, loaded, *ours = found
    print(f"\nengine and {quads:,} quads ({size / 1024**2:.1f} MiB packed): loaded in {loaded / 1000:.1f} s")
    app = create_app(replace(settings, cache_mib=0))
    client = app.test_client()
    print(f"{'example query, ms':<36}{'browser':>10}{'endpoint':>10}{'ratio':>8}")
    ratios = []
    for one, accept, spent in zip(examples, media, ours, strict=True):
        clock = time.perf_counter()
        headers = {"Accept": accept}
        answer = client.post("/sparql", data=one.text, content_type="application/sparql-query", headers=headers)
        server = (time.perf_counter() - clock) * 1000
        if spent is None or answer.status_code != 200:
            print(f"{one.key:<36}{spent or f'past {SECONDS} s':>10}{server:>10.1f}  {answer.status}")
            continue
        ratios.append(spent / server)
        print(f"{one.key:<36}{spent:>10.1f}{server:>10.1f}{spent / server:>8.2f}")
    print(f"median ratio {statistics.median(ratios):.2f}, most {max(ratios):.1f}")
    app.extensions[EXTENSION].pool.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--no-engine", action="store_true", help="search only")
    asked = parser.parse_args()
    settings = config.load({}, asked.folder)
    live = release.current(settings.var)
    assert live, f"no release in {asked.folder}: see python -m bench.corpus"
    executable = next(path for name in BROWSERS if (path := shutil.which(name)))
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        write_index(settings, live, folder)
        for name in ("offline", "vendor"):
            shutil.copytree(STATIC / name, folder / "static" / name)
        (folder / "index.html").write_text(f'<!DOCTYPE html><meta charset="utf-8">{_TAGS}', encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        with hosted(folder) as address:
            page = browser.new_page()
            page.set_default_timeout(600_000)
            page.goto(address)
            app = create_app(settings)
            searching(page, app.extensions[EXTENSION].live.current())
            app.extensions[EXTENSION].pool.close()
            if not asked.no_engine:
                querying(page, settings, live, folder)
        browser.close()


if __name__ == "__main__":
    main()
