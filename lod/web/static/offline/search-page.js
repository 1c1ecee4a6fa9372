// The search page of a site without a server: reads the search from the address, loads what it needs of the index, and
// draws what lod/web/templates/search.html draws. Files of the index are scripts, so it works from a disk as well.
"use strict";

(() => {
  const { Index, WordsError, FacetError } = globalThis.lodSite;
  const form = document.querySelector("form[data-index]");
  const box = document.getElementById("words");
  const found = document.getElementById("found");
  const folder = form.dataset.index.replace(/[^/]*$/, "");
  const words = JSON.parse(form.dataset.words);
  const lang = document.documentElement.lang;
  const asked = new URLSearchParams(location.search);
  const own = form.action.replace(/[?#].*/, "");
  const tail = /\.([a-z]{2})\.html$/.exec(own)?.[1]; // pages in the other language: search.en.html
  const number = new Intl.NumberFormat("en");

  function text(key, values = {}) {
    return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  /** An element with attributes and children; texts stay texts. */
  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== "") made.setAttribute(key, value);
    made.append(...children.flat().filter((child) => child !== "" && child !== null && child !== undefined));
    return made;
  }

  // --- loading ------------------------------------------------------------------------------------------------------

  class LoadError extends Error {}
  const loads = new Map();
  const arrived = new Map();
  let wanted = 0, got = 0;
  let again = ""; // asks for the first file anew, past every cache
  globalThis.lodIndex = (name, content, stamp) => arrived.set(name, { content, stamp });

  /** The content of a file of the index: of the release of the first one, as its stamp says. */
  function load(name, bytes = 0, stamp = again) {
    if (!loads.has(name)) {
      wanted += bytes;
      show();
      loads.set(name, new Promise((resolve, reject) => {
        const script = element("script", { src: `${folder}${name}.js${stamp && `?${stamp}`}` });
        const failed = () => reject(new LoadError(`${name}.js`));
        script.onload = () => {
          got += bytes;
          show();
          const found = arrived.get(name);
          arrived.delete(name);
          if (!found) failed(); // it is there, but is not whole
          else if (stamp && stamp !== again && found.stamp !== stamp) failed(); // it belongs to another release
          else resolve(found.content);
        };
        script.onerror = failed;
        document.head.append(script);
      }));
    }
    return loads.get(name);
  }

  function show() {
    const bar = document.getElementById("bytes");
    bar.max = wanted || 1;
    bar.value = got;
    document.getElementById("loading").textContent = text("loading_bytes", { done: kib(got), all: kib(wanted) });
  }

  function kib(bytes) {
    return number.format(Math.ceil(bytes / 1024));
  }

  let index = null;
  function opened() {
    index ??= Index.open(load).then((ready) => (ready.start.families ? ready : Promise.reject(new LoadError("start.js"))));
    return index;
  }

  // --- addresses ----------------------------------------------------------------------------------------------------

  function address(changed = {}) {
    const kept = new URLSearchParams();
    const all = Object.fromEntries([...asked].filter(([name]) => name !== "page"));
    for (const [name, value] of Object.entries({ ...all, ...changed })) if (value) kept.set(name, value);
    return `?${kept}`;
  }

  /** The page of a thing in the language of this page. */
  function page(target) {
    return tail && !/^[a-z]+:/.test(target) ? target.replace(/\.html(?=#|$)/, `.${tail}.html`) : target;
  }

  // --- drawing ------------------------------------------------------------------------------------------------------

  function parts(pieces) {
    return pieces.map(([piece, hit]) => (hit ? element("mark", {}, piece) : piece));
  }

  function other(language) {
    return language && language !== lang ? language : undefined;
  }

  function drawnHit(hit) {
    const places = ["city", "department", "section", "year"].flatMap((name) => hit.contexts[name].slice(0, 3));
    const where = places.filter((one) => one.iri !== hit.iri).map((one) => element("span", { class: "where", lang: other(one.name[1]) }, one.name[0]));
    return element("li", {},
      element("h3", {}, element("a", { href: page(hit.address), lang: other(hit.language) }, parts(hit.title)), " ", element("span", { class: "mark" }, kindName(hit.kind))),
      hit.reading ? element("p", { class: "kicker", lang: "ja" }, hit.reading) : "",
      element("p", { class: "kicker" }, where),
      hit.pieces.length ? element("p", { class: "snippet", lang: "ja" }, parts(hit.pieces)) : "");
  }

  function kindName(kind) {
    return kind[lang === "en" ? 4 : 3];
  }

  async function choices(ready, name, counted, numbered) {
    const kept = counted.filter((pair, at) => at < ready.start.mostChoices || pair[0] === numbered[name]);
    if (name in numbered && !kept.some((pair) => pair[0] === numbered[name])) kept.push([numbered[name], 0]);
    return Promise.all(kept.map(async ([one, count]) => {
      const isChosen = numbered[name] === one;
      if (name === "kind") return choice(ready.start.kinds[one][0], kindName(ready.start.kinds[one]), "", count, name, isChosen);
      const held = await ready.holding(one, lang);
      return choice(ready.value(name, held.iri), ...held.name, count, name, isChosen);
    }));
  }

  function choice(value, label, language, count, name, isChosen) {
    const link = element("a", { href: address({ [name]: isChosen ? "" : value }), "aria-current": isChosen ? "true" : undefined },
      element("span", { lang: other(language) }, label),
      isChosen ? [element("span", { class: "hidden" }, ` ${text("remove")}`), element("span", { "aria-hidden": "true" }, " ×")] : "");
    return element("li", {}, link, " ", element("span", { class: "count" }, number.format(count)));
  }

  async function filters(ready, result, all) {
    const made = [element("h2", {}, text("filters"))];
    for (const name of ready.start.facets) {
      const items = await choices(ready, name, result.facets[name], result.numbered ?? {});
      if (items.length < 2 && !asked.get(name)) continue;
      made.push(element("h3", {}, text(name)), element("ul", {}, items.slice(0, 8)));
      if (items.length > 8) made.push(element("details", {}, element("summary", {}, text("more")), element("ul", {}, items.slice(8))));
    }
    made.push(element("h3", {}, text("as_data")), element("ul", { class: "buttons" }, element("li", {}, table(ready, all))));
    return element("nav", { id: "filters", class: "facets", "aria-label": text("filters") }, made);
  }

  function pages(current, last) {
    if (last < 2) return "";
    return element("nav", { class: "pages", "aria-label": text("pages") },
      current > 1 ? element("a", { rel: "prev", href: address({ page: current - 1 }) }, text("previous")) : "",
      element("span", {}, `${current} / ${last}`),
      current < last ? element("a", { rel: "next", href: address({ page: current + 1 }) }, text("next")) : "");
  }

  async function results(ready, searched, result, current) {
    const { pageSize, mostPages, mostRows } = ready.start;
    const total = result.things.length;
    const last = Math.min(Math.ceil(total / pageSize), mostPages);
    const first = (current - 1) * pageSize;
    const hits = await ready.hits(result.things.slice(first, first + pageSize), searched, lang);
    const range = last > 1 ? text("range", { first: first + 1, last: first + hits.length }) : "";
    const count = text("total", { total: number.format(total) });
    found.replaceChildren(element("div", { class: "found" },
      element("section", { class: "results-list", "aria-labelledby": "count" },
        element("h2", { id: "count" }, count, element("small", { class: "quiet" }, range)),
        element("p", { class: "to-filters" }, element("a", { href: "#filters" }, text("to_filters"))),
        element("ol", { class: "hits", start: first + 1 }, hits.map(drawnHit)),
        pages(current, last),
        total > pageSize * mostPages ? element("p", { class: "note" }, text("deep", { most: number.format(pageSize * mostPages), rows: number.format(mostRows) })) : ""),
      await filters(ready, result, { things: result.things, searched })));
    return count;
  }

  async function nothing(ready, searched) {
    const told = text("none", { query: asked.get("q") });
    const near = [...new Set((await ready.hits((await Promise.all(searched.map((word) => ready.near(word)))).flatMap((some) => some.slice(0, 8)), [], lang)).map((hit) => hit.name))].slice(0, 5);
    const each = searched.length > 1 ? await Promise.all(searched.map(async (word) => [word.text, (await ready.find([word])).things.length])) : [];
    const button = (name) => [" ", element("a", { class: "button", href: address({ q: name }), lang: "ja" }, name)];
    const isNarrowed = ready.start.facets.some((name) => asked.get(name));
    const all = Object.fromEntries(ready.start.facets.map((name) => [name, ""]));
    found.replaceChildren(element("section", { "aria-labelledby": "count" },
      element("h2", { id: "count" }, told),
      near.length ? element("p", {}, text("near"), near.map(button)) : "",
      each.length ? element("p", {}, text("each"), each.map(([word, count]) => [" ", count ? element("a", { href: address({ q: word }), lang: "ja" }, word) : element("span", { lang: "ja" }, word), " ", element("span", { class: "count" }, number.format(count))]).flat()) : "",
      isNarrowed ? element("p", {}, text("fewer"), " ", element("a", { href: address(all) }, text("without_filters"))) : ""));
    return told;
  }

  // --- as a table ---------------------------------------------------------------------------------------------------

  function table(ready, { things, searched }) {
    const button = element("button", { type: "button", class: "button" }, "CSV");
    button.addEventListener("click", async () => {
      if (things.length > ready.start.mostRows) return problem(text("search_rows_detail", { limit: number.format(ready.start.mostRows), used: number.format(things.length) }));
      await busy(async () => save(await rows(ready, things, searched)));
    });
    return button;
  }

  /** A row for each thing found, as lod/web/search.py writes them (RFC 4180). */
  async function rows(ready, things, searched) {
    const columns = ready.start.columns;
    const found = [["iri", "kind", "name", "reading", "property", "text", ...columns]];
    for (const hit of await ready.hits(things, searched, lang)) {
      const places = columns.map((name) => hit.contexts[name].map((one) => one.name[0]).join(" / "));
      found.push([hit.iri, hit.kind[0], hit.name, hit.reading, hit.property, hit.text, ...places]);
    }
    const cell = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
    return found.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
  }

  function save(csv) {
    const link = element("a", { href: URL.createObjectURL(new Blob([csv], { type: "text/csv" })), download: "search.csv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  // --- running ------------------------------------------------------------------------------------------------------

  function problem(...told) {
    found.prepend(element("p", { class: "problem", role: "alert" }, told));
  }

  async function busy(work) {
    const progress = document.getElementById("progress");
    const waiting = setTimeout(() => (progress.hidden = false), 300);
    for (const old of found.querySelectorAll(".problem")) old.remove();
    found.setAttribute("aria-busy", "true");
    try {
      return await work();
    } catch (error) {
      if (error instanceof WordsError) problem(text(`search_${error.name}_detail`, error));
      else if (error instanceof FacetError) problem(text("search_facet_detail", error));
      else if (error instanceof LoadError) {
        forget();
        problem(text("broken", { file: error.message }), " ", element("a", { href: address() }, text("again")));
      } else {
        problem(text("broken", { file: "" }));
        throw error;
      }
    } finally {
      clearTimeout(waiting);
      progress.hidden = true;
      found.removeAttribute("aria-busy");
    }
  }

  function forget() {
    loads.clear();
    index = null;
    again = String(Date.now());
  }

  /** The first file may be that of a release that has been replaced: then all is asked for once more. */
  async function twice(work) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      forget();
      return work();
    }
  }

  async function search(query) {
    document.title = document.title.replace(/^[^|]*/, `${text("heading", { query })} `);
    const told = await busy(() => twice(async () => {
      const ready = await opened();
      const searched = ready.texts.words(ready.texts.trimmed(query));
      if (!searched.length) return "";
      const chosen = Object.fromEntries(ready.start.facets.map((name) => [name, asked.get(name)]));
      const result = await ready.find(searched, chosen);
      const last = Math.min(Math.ceil(result.things.length / ready.start.pageSize), ready.start.mostPages) || 1;
      const current = Math.max(1, Math.min(last, Math.floor(Number(asked.get("page"))) || 1));
      document.getElementById("all").hidden = true;
      return result.things.length ? await results(ready, searched, result, current) : await nothing(ready, searched);
    }));
    document.getElementById("status").textContent = told ?? "";
  }

  // --- names while one types ----------------------------------------------------------------------------------------

  let waiting, latest = 0;

  async function suggest() {
    const turn = ++latest;
    const list = document.getElementById(box.getAttribute("list"));
    try {
      const ready = await opened();
      const { mostSuggestions } = ready.start;
      const things = (await ready.suggested(ready.texts.trimmed(box.value))).slice(0, 5 * mostSuggestions);
      const names = new Map();
      for (let at = 0; at < things.length && names.size < mostSuggestions; at += mostSuggestions) {
        for (const hit of await ready.hits(things.slice(at, at + mostSuggestions), [], lang)) if (!names.has(hit.name)) names.set(hit.name, hit);
      }
      if (turn !== latest) return;
      list.replaceChildren(...[...names.values()].slice(0, mostSuggestions).map((hit) => {
        const note = kindName(hit.kind) + (hit.reading ? `（${hit.reading}）` : "");
        return element("option", { value: hit.name, label: `${hit.name} · ${note}` });
      }));
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      list.replaceChildren(); // the search itself will say what is missing
      forget();
    }
  }

  box.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(suggest, 120);
  });
  box.addEventListener("compositionend", suggest);

  document.getElementById("needs-scripts").remove();
  const query = (asked.get("q") ?? "").trim();
  box.value = query;
  document.getElementById("help").hidden = Boolean(query);
  if (query) search(query);
  else box.focus();
})();
