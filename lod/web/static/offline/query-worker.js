// Holds the data of the query page in memory and answers queries, in a thread of its own: the page can end it at any
// time. The engine is that of the server (Oxigraph), the data are the files of the release, graph by graph as they are.
import init, { Store, defaultGraph, namedNode, quad } from "../vendor/oxigraph.js";

const FORMATS = { trig: "application/trig", nq: "application/n-quads", ttl: "text/turtle" };
const GZIP = [0x1f, 0x8b];
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const STRING = "http://www.w3.org/2001/XMLSchema#string";
const NAMES = ["http://www.w3.org/2004/02/skos/core#prefLabel", "http://purl.org/dc/terms/title", "http://xmlns.com/foaf/0.1/name", "http://www.w3.org/2000/01/rdf-schema#label"];
const MOST_CHARACTERS = 64 * 1024 * 1024; // of a result

let store = null;

self.onmessage = async ({ data }) => {
  try {
    if (data.files) await load(data.files);
    else self.postMessage(answer(data.query, data.format, data.prefixes));
  } catch (error) {
    self.postMessage({ failed: error.name === "LoadError" ? "load" : "query", file: error.file, problem: String(error.message ?? error) });
  }
};

class LoadError extends Error {
  constructor(file, problem) {
    super(problem);
    this.name = "LoadError";
    this.file = file;
  }
}

/** Loads files into a new store: {url, format, bytes}. Says how far it is. */
async function load(files) {
  await init({ module_or_path: new URL("../vendor/oxigraph_bg.wasm", import.meta.url) });
  store = new Store();
  let done = 0;
  const all = files.reduce((sum, file) => sum + file.bytes, 0);
  const tell = (more) => self.postMessage({ progress: (done += more), all });
  for (const file of files) {
    const pieces = await fetched(file, tell);
    try {
      store.load(pieces, { format: FORMATS[file.format], no_transaction: true, lenient: true });
    } catch (error) {
      throw new LoadError(file.url, String(error.message ?? error));
    }
  }
  self.postMessage({ ready: store.size });
}

/** The bytes of a file, unpacked where it comes packed: some hosts unpack such files on the way, others do not. */
async function fetched(file, tell) {
  let response;
  try {
    response = await fetch(file.url);
  } catch (error) {
    throw new LoadError(file.url, String(error.message));
  }
  if (!response.ok) throw new LoadError(file.url, `HTTP ${response.status}`);
  let told = 0;
  const counted = new TransformStream({
    transform(piece, controller) {
      const more = Math.min(piece.length, file.bytes - told); // of what was unpacked on the way more comes
      told += more;
      tell(more);
      controller.enqueue(piece);
    },
  });
  const reader = response.body.pipeThrough(counted).getReader();
  const first = await reader.read();
  const rest = new ReadableStream({
    start(controller) {
      if (!first.done) controller.enqueue(first.value);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      done ? controller.close() : controller.enqueue(value);
    },
  });
  const isPacked = !first.done && GZIP.every((byte, at) => first.value[at] === byte);
  const pieces = [];
  try {
    const unpacked = (isPacked ? rest.pipeThrough(new DecompressionStream("gzip")) : rest).getReader();
    for (let one = await unpacked.read(); !one.done; one = await unpacked.read()) pieces.push(one.value);
  } catch (error) {
    throw new LoadError(file.url, String(error.message));
  }
  tell(file.bytes - told);
  return pieces;
}

/** {text, answer or graph, ms} of a query. `format` is a media type of results, or of graphs. */
function answer(query, format, prefixes) {
  const started = performance.now();
  const { verb, graphs, named } = dataset(query);
  const asked = graphs.length > 1 ? merged(graphs, named) : { from: store, options: {} };
  if (verb !== "construct" && verb !== "describe") {
    const found = asked.from.query(query, { ...asked.options, results_format: format });
    if (found.length > MOST_CHARACTERS) throw new Error(`${found.length} > ${MOST_CHARACTERS}`);
    return { text: found, ms: performance.now() - started };
  }
  const found = new Store(asked.from.query(query, asked.options));
  if (verb === "describe" && !graphs.length && !named.length) addNames(found);
  const text = format === "text/turtle" ? turtle(found, prefixes) : found.dump({ format, from_graph_name: defaultGraph() });
  return { graph: true, text, ms: performance.now() - started };
}

/** A default graph of several graphs is their merge: what two of them state counts once (SPARQL 1.1 Query 13.2). */
function merged(graphs, named) {
  const from = new Store();
  const copy = (iri, target) => {
    for (const one of store.match(null, null, null, namedNode(iri))) from.add(quad(one.subject, one.predicate, one.object, target));
  };
  for (const iri of graphs) copy(iri, defaultGraph());
  for (const iri of named) copy(iri, namedNode(iri));
  return { from, options: { default_graph: defaultGraph(), named_graphs: named.map(namedNode) } };
}

/** A description comes with the names of what it points to, as the endpoint gives it. */
function addNames(found) {
  const mentioned = new Set(found.match().filter((one) => one.object.termType === "NamedNode").map((one) => one.object.value));
  for (const iri of mentioned) {
    for (const term of NAMES) for (const one of store.match(namedNode(iri), namedNode(term), null, defaultGraph())) found.add(one);
  }
}

// A token of SPARQL (lod/stores/screening.py).
const TOKEN = /#[^\r\n]*|<[^<>"{}|^`\\\x00-\x20]*>|"{3}(?:\\.|"{0,2}[^"\\])*"{3}|'{3}(?:\\.|'{0,2}[^'\\])*'{3}|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'|[?$][\w\u0080-\uffff]+|[\w.\-\u0080-\uffff]*:[^\s{}()[\],;#"'<>|^\/*+?!=&]*|[\w\u0080-\uffff]+|\S/gs;

/** What kind of query it is, and the graphs of FROM and FROM NAMED, each once. */
function dataset(query) {
  const tokens = [...query.matchAll(TOKEN)].filter(([token]) => !token.startsWith("#"));
  const at = tokens.findIndex(([token]) => /^(?:select|ask|construct|describe)$/i.test(token));
  const names = { false: [], true: [] };
  tokens.forEach(([token], place) => {
    if (token.toLowerCase() !== "from") return;
    const isNamed = tokens[place + 1]?.[0].toLowerCase() === "named";
    const name = tokens[place + 1 + isNamed]?.[0];
    if (name) names[isNamed].push(name);
  });
  const whole = (found) => (found.length ? [...new Set(resolved(query.slice(0, tokens[at]?.index ?? 0), found))] : []);
  return { verb: tokens[at]?.[0].toLowerCase(), graphs: whole(names.false), named: whole(names.true) };
}

/** Names of graphs as the engine reads them, with the prefixes and the base of the query. */
function resolved(prologue, names) {
  const columns = names.map((name, at) => `(${name} AS ?g${at})`).join(" ");
  const [row] = new Store().query(`${prologue}\nSELECT ${columns} {}`);
  return names.map((_, at) => row.get(`g${at}`).value);
}

/** A graph as Turtle, subject by subject, with the prefixes that it uses. */
function turtle(found, prefixes) {
  const used = new Set();
  const spaces = Object.entries(prefixes).sort((one, other) => other[1].length - one[1].length);
  const short = (iri) => {
    for (const [prefix, space] of spaces) {
      const local = iri.startsWith(space) ? iri.slice(space.length) : "/";
      if (/^[A-Za-z_][\w-]*$/.test(local)) {
        used.add(prefix);
        return `${prefix}:${local}`;
      }
    }
    return `<${iri}>`;
  };
  const term = (one) => (one.termType === "NamedNode" ? short(one.value) : one.termType === "Literal" && one.datatype.value !== STRING && !one.language ? `${JSON.stringify(one.value)}^^${short(one.datatype.value)}` : String(one));
  const subjects = new Map();
  for (const one of found.match()) {
    const about = subjects.get(String(one.subject)) ?? subjects.set(String(one.subject), new Map()).get(String(one.subject));
    const predicate = one.predicate.value === TYPE ? "a" : short(one.predicate.value);
    about.set(predicate, [...(about.get(predicate) ?? []), term(one.object)]);
  }
  const name = (subject) => (subject.startsWith("<") ? short(subject.slice(1, -1)) : subject);
  const body = [...subjects].sort().map(([subject, about]) => `${name(subject)} ${[...about].sort().map(([predicate, values]) => `${predicate} ${values.sort().join(", ")}`).join(" ;\n\t")} .`);
  const head = spaces.filter(([prefix]) => used.has(prefix)).map(([prefix, space]) => `@prefix ${prefix}: <${space}> .`).sort();
  return [head.join("\n"), ...body].join("\n\n");
}
