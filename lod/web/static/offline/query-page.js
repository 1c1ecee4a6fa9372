// The query page of a site without a server: loads data of the release into a worker (query-worker.js) when a query is
// to run, and draws what lod/web/templates/sparql.html draws. A worker that runs too long is ended with its data.
"use strict";

(() => {
  const form = document.getElementById("form");
  const textarea = document.getElementById("query");
  const run = document.getElementById("run");
  const format = document.getElementById("format");
  const outcome = document.getElementById("outcome");
  const setup = JSON.parse(form.dataset.setup);
  const words = setup.words;
  const lang = document.documentElement.lang;
  const asked = new URLSearchParams(location.search);
  const tools = globalThis.lodSite?.queryEditor;
  const number = new Intl.NumberFormat("en");
  const { chart, drawnChart } = globalThis.lodSite;

  function text(key, values = {}) {
    return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== "") made.setAttribute(key, value);
    made.append(...children.flat().filter((child) => child !== "" && child !== null && child !== undefined));
    return made;
  }

  const note = document.getElementById("needs-scripts");
  if (location.protocol === "file:" || !window.Worker || !window.WebAssembly || !window.DecompressionStream) {
    note.replaceChildren(text(location.protocol === "file:" ? "from_disk" : "too_old"), " ", note.querySelector("a"));
    document.querySelector(".workbench").remove();
    return;
  }
  note.remove();

  // --- the data -----------------------------------------------------------------------------------------------------

  let worker = null;
  let held = ""; // which data the worker has
  let stop = null; // ends what is under way

  /** The files that are chosen, and a name for this choice. */
  function chosen() {
    if (document.getElementById("all-data")?.checked) return setup.whole.map((file) => ({ ...file, url: new URL(file.url, location.href).href }));
    const boxes = [...document.querySelectorAll("#data input[type=checkbox]:checked")];
    return boxes.map((box) => ({ url: new URL(box.value, location.href).href, bytes: Number(box.dataset.bytes), format: "ttl" }));
  }

  function size(bytes) {
    return bytes < 1024 * 1024 ? `${number.format(Math.ceil(bytes / 1024))} KB` : `${number.format(Math.round(bytes / 104857.6) / 10)} MB`;
  }

  function told() {
    const bytes = chosen().reduce((sum, file) => sum + file.bytes, 0) + (worker ? 0 : setup.engine);
    document.getElementById("size").textContent = text("size", { size: size(bytes) });
  }

  /** What the worker says next that `take` takes. Ends it at a time limit, or when the reader asks. */
  function next(message, take, seconds) {
    return new Promise((resolve, reject) => {
      const end = (problem) => {
        clearTimeout(clock);
        stop = null;
        if (problem) {
          worker?.terminate();
          worker = null;
          held = "";
          reject(problem);
        }
      };
      const clock = seconds ? setTimeout(() => end(new Problem(text("too_slow", { seconds }))), seconds * 1000) : 0;
      stop = () => end(new Stopped());
      worker.onmessage = ({ data }) => {
        if (data.failed === "load") end(new Problem(text("not_loaded", { file: data.file, problem: data.problem })));
        else if (data.failed) {
          end();
          reject(new Problem(data.problem));
        } else if (take(data)) {
          end();
          resolve(data);
        }
      };
      worker.onerror = (event) => {
        event.preventDefault();
        end(new Problem(text("worker_failed", { problem: event.message ?? "" })));
      };
      worker.postMessage(message);
    });
  }

  class Problem extends Error {}
  class Stopped extends Error {}

  async function loaded() {
    const files = chosen();
    if (!files.length) throw new Problem(text("nothing_chosen"));
    const name = files.map((file) => file.url).join(" ");
    if (worker && held === name) return;
    worker?.terminate();
    worker = new Worker(form.dataset.worker, { type: "module" });
    const progress = document.getElementById("progress"), bar = document.getElementById("bytes");
    progress.hidden = false;
    bar.removeAttribute("value");
    try {
      const ready = await next({ files }, (data) => {
        if (data.progress === undefined) return data.ready !== undefined;
        bar.max = data.all;
        bar.value = data.progress;
        document.getElementById("loading").textContent = data.progress < data.all ? text("loading_data", { done: size(data.progress), all: size(data.all) }) : text("taking_in");
        return false;
      });
      held = name;
      document.getElementById("held").textContent = text("held", { count: number.format(ready.ready) });
    } finally {
      progress.hidden = true;
    }
  }

  // --- running ------------------------------------------------------------------------------------------------------

  const RESULTS = { html: "json", json: "application/sparql-results+json", xml: "application/sparql-results+xml", csv: "text/csv", tsv: "text/tab-separated-values" };
  const GRAPHS = { html: "text/turtle", ttl: "text/turtle", nt: "application/n-triples", rdf: "application/rdf+xml" };

  function plain(query) {
    return query.replace(/"{3}[^]*?"{3}|'{3}[^]*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, '""').replace(/<[^<>\s]*>|#[^\r\n]*/g, (found) => (found[0] === "#" ? "" : found));
  }

  /** Search in texts needs the index of the server. */
  function searchesTexts(query) {
    const text = plain(query);
    const prefixes = [...text.matchAll(/\bPREFIX\s+([\w-]*):\s*<([^>]*)>/gi)].filter((found) => found[2] === setup.textSearch);
    const body = text.replace(/\bPREFIX\s+[\w-]*:\s*<[^>]*>/gi, "");
    return body.includes(`<${setup.textSearch}`) || prefixes.some(([, name]) => new RegExp(`(?<![\\w-])${name}:\\w`).test(body));
  }

  /** The query without texts, comments, IRIs, variables and names with prefixes. */
  function code(query) {
    return plain(query).replace(/<[^<>\s]*>|[?$]\w+|[\w.-]*:[\w.-]*/g, " ");
  }

  function isGraph(query) {
    return /^\s*(?:(?:BASE\s*<[^>]*>|PREFIX\s+[^\s:]*:\s*<[^>]*>)\s*)*(?:CONSTRUCT|DESCRIBE)/i.test(plain(query));
  }

  async function answered(query, wanted) {
    if (searchesTexts(query)) throw new Problem(text("no_text_search"));
    if (/\bSERVICE\b/i.test(code(query))) throw new Problem(text("no_services"));
    await loaded();
    const media = (isGraph(query) ? GRAPHS : RESULTS)[wanted];
    if (!media) throw new Problem(text("no_such_format"));
    return next({ query, format: media, prefixes: setup.prefixes }, (data) => data.ms !== undefined, setup.seconds);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (stop) return stop();
    tools?.declare();
    const query = tools ? tools.editor.getValue() : textarea.value;
    run.textContent = words.stop;
    run.classList.add("busy");
    outcome.setAttribute("aria-busy", "true");
    try {
      const found = await answered(query, format.value);
      if (format.value === "html") show(query, found);
      else save(found.text, isGraph(query) ? format.value : RESULTS[format.value] && format.value);
      history.replaceState(null, "", link(query));
    } catch (error) {
      if (error instanceof Problem) problem(error.message);
      else if (!(error instanceof Stopped)) throw error;
    } finally {
      run.textContent = words.run;
      run.classList.remove("busy");
      outcome.removeAttribute("aria-busy");
      told();
    }
  });

  function link(query) {
    const address = `?${new URLSearchParams({ query })}`;
    return address.length < 8000 ? address : location.pathname;
  }

  function save(content, suffix) {
    const address = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
    element("a", { href: address, download: `result.${suffix}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  // --- drawing ------------------------------------------------------------------------------------------------------

  function problem(message) {
    const place = /\b(?:at|line) (\d+):(\d+)/.exec(message);
    outcome.replaceChildren(element("section", { class: "problem", "aria-labelledby": "told" },
      element("h2", { id: "told", tabindex: "-1", "data-line": place?.[1], "data-column": place?.[2] }, text("problem")),
      place && tools ? element("p", {}, element("a", { href: "#query", id: "place" }, text("place"))) : "",
      place ? element("p", {}, text("mistake", { line: place[1], column: place[2] })) : "",
      element("p", { id: "detail" }, message)));
    tools?.mark();
    document.getElementById("told").focus();
  }

  function show(query, found) {
    const heading = element("h2", { id: "results", tabindex: "-1" }, text("results"));
    const took = element("p", { class: "note" }, text("took", { seconds: (found.ms / 1000).toFixed(2) }));
    const parts = found.graph ? [element("pre", { class: "code", tabindex: "0", role: "region", "aria-label": "Turtle" }, found.text)] : rows(JSON.parse(found.text));
    outcome.replaceChildren(element("section", { class: "result", "aria-labelledby": "results" }, heading, took, parts),
      element("section", { class: "elsewhere", "aria-labelledby": "downloads" }, element("h2", { id: "downloads" }, text("downloads")), downloads(query, found.graph), shared(query)));
    heading.focus();
  }

  function downloads(query, graph) {
    const formats = setup.formats[graph ? "graph" : "table"];
    return element("ul", { class: "buttons" }, formats.map(([suffix, title]) => {
      const button = element("button", { type: "button", class: "button" }, title);
      button.addEventListener("click", async () => {
        try {
          save((await answered(query, suffix)).text, suffix);
        } catch (error) {
          if (error instanceof Problem) problem(error.message);
          else if (!(error instanceof Stopped)) throw error;
        }
      });
      return element("li", {}, button);
    }));
  }

  function shared(query) {
    const share = element("a", { href: link(query), id: "share" }, text("share"));
    return element("p", {}, share, tools ? [" ", tools.copier(() => share.href)] : "");
  }

  function rows(table) {
    if ("boolean" in table) return [element("p", { class: "answer" }, text(table.boolean ? "yes" : "no"))];
    const names = table.head.vars, bindings = table.results.bindings;
    if (!bindings.length) return [element("p", { class: "answer" }, text("nothing"))];
    const { mostRows } = setup;
    const drawn = chart(names, bindings);
    const count = bindings.length > mostRows ? text("shown", { count: number.format(bindings.length), shown: mostRows }) : text("rows", { count: bindings.length });
    return [
      element("p", { class: "note", id: "count" }, count),
      drawn ? drawnChart(drawn, element, text) : "",
      element("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": "count" },
        element("table", { class: "results" },
          element("thead", {}, element("tr", {}, names.map((name) => element("th", { scope: "col" }, name)))),
          element("tbody", {}, bindings.slice(0, mostRows).map((row) => element("tr", {}, names.map((name) => cell(row[name]))))))),
    ];
  }

  function cell(term) {
    if (!term) return element("td");
    if (typeof term.value !== "string") return element("td", {}, JSON.stringify(term.value));
    if (term.type === "bnode") return element("td", {}, `_:${term.value}`);
    if (term.type === "uri") return element("td", {}, /^https?:/.test(term.value) ? element("a", { href: page(term.value), title: term.value }, short(term.value)) : short(term.value));
    const language = term["xml:lang"] ?? "", datatype = term.datatype ?? "";
    const note = language && !["ja", "en"].includes(language) ? `@${language}` : datatype && !setup.plain.includes(datatype) ? short(datatype) : "";
    return element("td", { class: setup.numbers.includes(datatype) ? "number" : undefined },
      element("span", { lang: language && language !== lang ? language : undefined }, term.value), note ? [" ", element("small", { class: "quiet" }, note)] : "");
  }

  /** A prefixed name; for a thing of ours its path. */
  function short(iri) {
    if (iri.startsWith(setup.base) && iri !== setup.base) return iri.slice(setup.base.length);
    const found = Object.entries(setup.prefixes).find(([, space]) => iri.startsWith(space));
    return found ? `${found[0]}:${iri.slice(found[1].length)}` : iri;
  }

  /** Where a page of the site tells of a thing; what is not ours stays as it is. */
  function page(iri) {
    if (setup.codes[iri]) return setup.codes[iri];
    for (const [space, stem, suffix] of setup.pages) if (iri.startsWith(space)) return stem + iri.slice(space.length) + suffix;
    return iri;
  }

  // --- examples -----------------------------------------------------------------------------------------------------

  function choose(item) {
    if (tools) tools.editor.setValue(item.dataset.query);
    else textarea.value = item.dataset.query;
    const about = document.getElementById("about");
    about.replaceChildren(element("strong", {}, item.textContent), ` ${item.title}`);
    about.hidden = false;
    document.querySelector(".examples a[aria-current]")?.removeAttribute("aria-current");
    item.setAttribute("aria-current", "true");
    item.closest("details").open = true;
    outcome.replaceChildren();
  }

  for (const item of document.querySelectorAll(".examples a")) {
    item.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      choose(item);
      history.replaceState(null, "", item.href);
      tools ? tools.editor.focus() : textarea.focus();
    });
  }
  const query = asked.get("query");
  const items = [...document.querySelectorAll(".examples a")];
  if (query === null) choose(items.find((item) => item.dataset.key === (asked.get("example") ?? setup.first)) ?? items[0]);
  else if (tools) tools.editor.setValue(query);
  else textarea.value = query;

  document.getElementById("data").addEventListener("change", ({ target }) => {
    if (target.type === "checkbox") document.getElementById("some-data").checked = true;
    told();
  });
  told();
})();
