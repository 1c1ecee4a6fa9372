// What tests ask of the index in a page that holds nothing else: files come as on the search page.
"use strict";

const arrived = new Map();
const loads = new Map();
globalThis.lodIndex = (name, content) => arrived.set(name, content);

function load(name) {
  if (!loads.has(name)) loads.set(name, new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `search-index/${name}.js`;
    script.onload = () => resolve(arrived.get(name));
    script.onerror = reject;
    document.head.append(script);
  }));
  return loads.get(name);
}

async function openIndex() {
  globalThis.index = await lodSite.Index.open(load);
}

/** For each query what the server's JSON says of it. */
async function findAll([queries, lang]) {
  const found = [];
  for (const query of queries) {
    const words = index.texts.words(index.texts.trimmed(query));
    const result = await index.find(words);
    const hits = await index.hits(result.things.slice(0, 20), words, lang);
    const facets = {};
    for (const [name, counted] of Object.entries(result.facets)) {
      facets[name] = await Promise.all(counted.slice(0, 50).map((pair) => choice(name, pair, lang)));
    }
    found.push({ words: words.map((word) => word.text), total: result.things.length, facets, hits: hits.map(plain) });
  }
  return found;
}

async function choice(name, [one, count], lang) {
  if (name === "kind") return [index.start.kinds[one][0], index.start.kinds[one][lang === "en" ? 4 : 3], count];
  const held = await index.holding(one, lang);
  return [index.value(name, held.iri), held.name[0], count];
}

function plain(hit) {
  const { iri, name, pieces: marked } = hit;
  const contexts = Object.entries(hit.contexts).map(([key, all]) => [key, all.map((one) => one.name[0])]);
  const told = { reading: hit.reading || null, property: hit.property || null, text: hit.text || null };
  return { iri, kind: hit.kind[0], name, ...told, marked, contexts: Object.fromEntries(contexts) };
}

async function narrowed([query, chosen]) {
  const found = await index.find(index.texts.words(query), chosen);
  const counts = Object.entries(found.facets).map(([name, all]) => [name, all.map(([, count]) => count)]);
  return [found.things.length, Object.fromEntries(counts)];
}

async function suggestedNames(text) {
  const hits = await index.hits((await index.suggested(text)).slice(0, 50), [], "ja");
  return [...new Set(hits.map((hit) => hit.name))].slice(0, 10);
}

/** [key, words] of each text, or the name of what is wrong with it. */
function keysAndWords(texts) {
  return texts.map((text) => {
    try {
      return [index.texts.key(text), index.texts.words(text).map((word) => [word.text, word.keys, word.year])];
    } catch (error) {
      return [index.texts.key(text), error.name];
    }
  });
}
