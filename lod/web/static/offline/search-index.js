// Searches the files of lod/site/search: what lod/querying/found.py finds, in the same order, with the same counts.
// A word is looked up by pairs of characters, each in one small file; a longer word by every second of its pairs.
"use strict";

(() => {
  const site = (globalThis.lodSite ??= {});
  const DIGITS = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).filter((one) => !'"\\<'.includes(one));
  const VALUES = new Uint8Array(128);
  DIGITS.forEach((digit, value) => (VALUES[digit.charCodeAt(0)] = value));
  const BASE = DIGITS.length;
  const END = "\ue000";
  const ROOM = 2 ** 22; // more places than the texts of one thing have
  const SHIFT = 1024; // so that a place less the length of a word stays above zero
  const TOGETHER = 4; // files that are asked for at once where the next may not be needed

  /** The numbers that lod/site/search/numbers.py wrote. */
  function numbers(text) {
    const found = [];
    for (let at = 0; at < text.length; ) {
      const first = VALUES[text.charCodeAt(at++)];
      const digit = () => VALUES[text.charCodeAt(at++)];
      if (first < 60) found.push(first);
      else if (first < 88) found.push(60 + (first - 60) * BASE + digit());
      else if (first < 91) found.push(60 + 28 * BASE + ((first - 88) * BASE + digit()) * BASE + digit());
      else found.push(((digit() * BASE + digit()) * BASE + digit()) * BASE + digit());
    }
    return found;
  }

  /** Numbers that were written as distances. */
  function ascending(text) {
    const found = numbers(text);
    for (let at = 1; at < found.length; at++) found[at] += found[at - 1];
    return found;
  }

  /** Occurrences as single numbers, in order: the thing, and where a word would begin that has this at `offset`. */
  function occurrences(things, places, offset) {
    const found = [];
    const distances = numbers(places);
    let next = 0;
    for (const thing of ascending(things)) {
      let place = 0;
      for (let follows = true; follows; ) {
        const told = distances[next++];
        place += told >> 1;
        follows = Boolean(told & 1);
        found.push(thing * ROOM + place - offset + SHIFT);
      }
    }
    return found;
  }

  function things(found) {
    const all = [];
    for (const one of found) {
      const thing = Math.floor(one / ROOM);
      if (all[all.length - 1] !== thing) all.push(thing);
    }
    return all;
  }

  function intersection(one, other) {
    const found = [];
    for (let at = 0, next = 0; at < one.length && next < other.length; ) {
      if (one[at] === other[next]) {
        found.push(one[at++]);
        next++;
      } else if (one[at] < other[next]) at++;
      else next++;
    }
    return found;
  }

  function union(...lists) {
    const filled = lists.filter((list) => list.length);
    if (filled.length < 2) return filled[0] ?? [];
    const all = new Set();
    for (const list of filled) for (const one of list) all.add(one);
    return Float64Array.from(all).sort();
  }

  function afterwards(one, other) {
    const left = [...one], right = [...other];
    for (let at = 0; at < left.length && at < right.length; at++) {
      if (left[at] !== right[at]) return left[at].codePointAt(0) - right[at].codePointAt(0);
    }
    return left.length - right.length;
  }

  /** ASCII punctuation in its wide form, as the words of the index have it (lod/search/layout.py). */
  function wide(key) {
    return key.replace(/[!-/:-@[-`{-~]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0));
  }

  class Index {
    /** `load(name, bytes, stamp)` gives the content of a file, as a promise; it has to be the one with that stamp. */
    constructor(start, texts, load) {
      Object.assign(this, { start, texts, load });
    }

    static async open(load) {
      const start = await load("start");
      return new Index(start, new site.Texts(await load("tables", 0, start.tables)), load);
    }

    /** The number of the file of a family that would hold an entry; -1 where none can. */
    place(family, key) {
      const { firsts } = this.start.families[family];
      const compare = typeof key === "string" ? afterwards : (one, other) => one - other;
      let low = 0, high = firsts.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (compare(firsts[middle], key) <= 0) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    }

    async entry(family, key) {
      const place = this.place(family, key);
      return place < 0 ? undefined : (await this.file(family, place))[key];
    }

    file(family, place) {
      const { sizes, stamps } = this.start.families[family];
      return this.load(`${family}/${place}`, sizes[place], stamps[place]);
    }

    // --- words ------------------------------------------------------------------------------------------------------

    /** {all, named}: the things that have a word, and those that have it in a name. */
    async things(word) {
      let keys = word.keys;
      const found = [];
      if (word.year) {
        const known = [`${word.year}`, `${word.year}年`, `${word.year}年度`];
        const typed = known.includes(keys[0]) ? keys[0] : `${word.year}${word.unit}`;
        const [names, others] = ((await this.entry("years", typed)) ?? ["", ""]).map(ascending);
        found.push({ names, others });
        // What was typed may be a further spelling (平成二十八年度).
        const told = this.texts.tables.years[word.year].map((one) => one.replace("U", word.unit));
        keys = known.includes(keys[0]) || told.includes(keys[0]) ? [] : [keys[0]];
      }
      for (const key of keys) found.push(await this.standing(key));
      const named = union(...found.map((one) => one.names));
      return { all: union(named, ...found.map((one) => one.others)), named };
    }

    /** {names, others}: the things that have a key in a name, in another text. */
    async standing(key) {
      const letters = [...wide(key)];
      if (letters.length === 1) {
        const [names, others] = ((await this.entry("characters", letters[0])) ?? ["", ""]).map(ascending);
        return { names, others };
      }
      if (letters.length === 2) {
        const [names, , others] = (await this.entry("pairs", letters.join(""))) ?? ["", "", ""];
        return { names: ascending(names), others: ascending(others) };
      }
      const offsets = cover(letters.length);
      let names, others;
      for (let at = 0; at < offsets.length; at += TOGETHER) {
        const some = offsets.slice(at, at + TOGETHER);
        const pairs = some.map((offset) => letters[offset] + letters[offset + 1]);
        const entries = await Promise.all(pairs.map((pair) => this.entry("pairs", pair)));
        const needsPlaces = entries.every((entry) => entry?.[2]) && (!others || others.length);
        const places = await Promise.all(pairs.map((pair) => (needsPlaces ? this.entry("places", pair) : "")));
        some.forEach((offset, number) => {
          const entry = entries[number] ?? ["", "", ""];
          const here = occurrences(entry[0], entry[1], offset);
          names = names ? intersection(names, here) : here;
          const there = needsPlaces ? occurrences(entry[2], places[number], offset) : [];
          others = others ? intersection(others, there) : there;
        });
        if (!names.length && !others.length) break;
      }
      return { names: things(names), others: things(others) };
    }

    /** {whole, from}: the things of which a name is a key, begins with it. */
    async naming(key) {
      const first = [...key][0];
      const letters = [...wide(key)];
      const start = await this.entry("starts", first);
      if (!start) return { whole: [], from: [] };
      let from = occurrences(start[0], start[1], -1);
      for (const offset of cover(letters.length)) {
        if (!from.length) return { whole: [], from: [] };
        const entry = (await this.entry("pairs", letters[offset] + letters[offset + 1])) ?? ["", ""];
        from = intersection(from, occurrences(entry[0], entry[1], offset));
      }
      const last = from.length ? await this.entry("pairs", letters[letters.length - 1] + END) : null;
      const whole = last ? intersection(from, occurrences(last[0], last[1], letters.length - 1)) : [];
      return { whole: things(whole), from: things(from) };
    }

    // --- what things belong to --------------------------------------------------------------------------------------

    /** For each thing of a block what it belongs to: a list of lists of numbers, by column. */
    async block(number) {
      const first = number * this.start.block;
      return ((await this.entry("belonging", first)) ?? []).map(members);
    }

    async programs(number) {
      return members((await this.entry("programs", number * this.start.block)) ?? "");
    }

    /** Calls `look(thing, members)` for each thing, with its members by column; `name` is one of the columns or `program`. */
    async each(all, names, look) {
      const { block, columns, program } = this.start;
      for (let at = 0; at < all.length; ) {
        const number = Math.floor(all[at] / block);
        let end = at;
        while (end < all.length && all[end] < (number + 1) * block) end++;
        const held = await this.block(number);
        const programs = names.includes(program) ? await this.programs(number) : null;
        const chosen = names.map((name) => (name === program ? programs : held[columns.indexOf(name)]));
        for (; at < end; at++) look(all[at], chosen.map((column) => column[all[at] - number * block] ?? []));
      }
    }

    /** Those of some things that belong to any of the others. */
    async belonging(all, others) {
      if (!all.length || !others.length) return [];
      const wanted = new Set(others);
      const found = [];
      const programs = this.range("program");
      const names = others.some((one) => one >= programs[0] && one < programs[1]) ? [...this.start.columns, this.start.program] : this.start.columns;
      await this.each(all, names, (thing, columns) => {
        if (columns.some((column) => column.some((one) => wanted.has(one)))) found.push(thing);
      });
      return found;
    }

    /** [first, behind the last] of the things of a kind. */
    range(key) {
      const at = this.start.kinds.findIndex((kind) => kind[0] === key);
      return [this.start.kinds[at][1], this.start.kinds[at + 1]?.[1] ?? this.start.things];
    }

    /** The place of a thing's kind in `kinds`. */
    kind(thing) {
      let at = this.start.kinds.length - 1;
      while (this.start.kinds[at][1] > thing) at--;
      return at;
    }

    // --- finding ----------------------------------------------------------------------------------------------------

    /** {things, facets}. `chosen` holds values of facets as addresses write them. */
    async find(words, chosen = {}) {
      if (!words.length) return { things: [], facets: {} };
      const own = await Promise.all(words.map((word) => this.things(word)));
      let universe = union(...own.map((found) => found.all));
      if (words.length > 1) {
        for (const [at, word] of words.entries()) {
          const year = word.year ? [this.start.years[word.year] ?? []].flat() : [];
          const rest = without(universe, own[at].all);
          const belonging = await this.belonging(rest, union(own[at].named, year));
          universe = intersection(universe, union(own[at].all, belonging));
        }
      }
      if (!universe.length) return { things: [], facets: this.nothing() };
      const { whole, from } = await this.naming(words.map((word) => word.keys[0]).join(""));
      const year = words.length === 1 && words[0].year ? [this.start.years[words[0].year] ?? []].flat() : [];
      const named = own.map((found) => found.named).reduce(intersection);
      return this.chosen(ranked(universe, [union(whole, year), from, named, universe]), chosen);
    }

    nothing() {
      return Object.fromEntries(this.start.facets.map((name) => [name, []]));
    }

    /** The things that all chosen values hold of, and the counts of each facet without its own choice. */
    async chosen(all, values) {
      const { facets, columns } = this.start;
      const numbered = await this.numbered(values);
      const counts = new Map(facets.map((name) => [name, new Map()]));
      const passed = new Set();
      const chosenNames = Object.keys(numbered);
      const inOrder = Float64Array.from(all).sort();
      await this.each(inOrder, columns, (thing, members) => {
        const of = (name) => (name === "kind" ? [this.kind(thing)] : members[columns.indexOf(name)]);
        const failed = chosenNames.filter((name) => !of(name).includes(numbered[name]));
        if (!failed.length) passed.add(thing);
        if (failed.length > 1) return;
        for (const name of facets) {
          if (failed.length && failed[0] !== name) continue;
          for (const value of of(name)) counts.get(name).set(value, (counts.get(name).get(value) ?? 0) + 1);
        }
      });
      const sorted = (found) => [...found].sort((one, other) => other[1] - one[1] || one[0] - other[0]);
      return {
        things: all.filter((thing) => passed.has(thing)),
        facets: Object.fromEntries(facets.map((name) => [name, sorted(counts.get(name))])),
        numbered,
      };
    }

    /** Chosen values by their numbers. A value that the release has not is an error, as on the server. */
    async numbered(values) {
      const found = {};
      for (const name of this.start.facets) {
        const value = values[name];
        if (!value) continue;
        let number;
        if (name === "kind") number = this.start.kinds.findIndex((kind) => kind[0] === value);
        else if (name === "year") number = this.start.years[value] ?? -1;
        else number = await this.holder(value);
        if (number < 0) throw new FacetError(name, value);
        found[name] = number;
      }
      return found;
    }

    /** The number of an organization by the end of its address; -1 where there is none. */
    async holder(value) {
      const path = this.start.places.slice(this.start.base.length) + value;
      for (let at = 0; at < this.start.families.holders.firsts.length; at++) {
        const held = await this.file("holders", at);
        const found = Object.entries(held).find(([, names]) => names[0] === path);
        if (found) return Number(found[0]);
      }
      return -1;
    }

    // --- what is shown ----------------------------------------------------------------------------------------------

    /** {iri, name: [text, language]} of something that others belong to, and its value in addresses by facet. */
    async holding(thing, lang) {
      const [path, ja, en] = (await this.entry("holders", thing)) ?? ["", ""];
      const iri = this.whole(path);
      return { iri, name: named(lang === "en" && en ? en : ja, []) };
    }

    value(facet, iri) {
      return facet === "year" ? iri.slice(iri.lastIndexOf("/") + 1) : iri.replace(this.start.places, "");
    }

    whole(path) {
      return path.includes("://") ? path : this.start.base + path;
    }

    /** One thing as a result shows it. */
    async hit(thing, words, lang) {
      const { columns, kinds, properties, reading, window } = this.start;
      const [path, ja, en, texts, address] = await this.entry("records", thing);
      const [title, language] = named(lang === "en" && en ? en : ja, texts);
      const [property, text] = this.best(texts, title, words);
      const contexts = {};
      await this.each([thing], columns, (_, members) => columns.forEach((name, at) => (contexts[name] = members[at])));
      for (const name of columns) contexts[name] = await Promise.all(contexts[name].map((one) => this.holding(one, lang)));
      return {
        iri: this.whole(path),
        address: address ?? `doc/${path.slice(3)}.html`,
        kind: kinds[this.kind(thing)],
        name: title,
        title: this.texts.marked(title, words),
        language,
        reading: texts.find(([number]) => properties[number][0] === reading)?.[1] ?? "",
        property,
        text,
        pieces: this.texts.snippet(text, words, window),
        contexts,
      };
    }

    /** The text that has most of the words; without any, the first that describes the thing. */
    best(texts, title, words) {
      let found = ["", ""], most = [-1, -1];
      for (const [number, text] of texts) {
        if (text === title) continue;
        const [property, role] = this.start.properties[number];
        const here = [this.texts.hits(text, words), Number(role === "text")];
        if ((here[0] || here[1]) && (here[0] > most[0] || (here[0] === most[0] && here[1] > most[1]))) {
          found = [property, text];
          most = here;
        }
      }
      return found;
    }

    hits(all, words, lang) {
      return Promise.all(all.map((thing) => this.hit(thing, words, lang)));
    }

    /** Things with a name that begins with a text, then those that have it elsewhere in a name. */
    async suggested(text) {
      const key = this.texts.key(text);
      if (!key) return [];
      const [{ from }, { names }] = [await this.naming(key), await this.standing(key)];
      return [...new Set([...from, ...names])];
    }

    /** Things whose name shares pairs of characters with a word, those that share most first. */
    async near(word) {
      const letters = [...wide(word.keys[0])];
      if (letters.length < 3) return [];
      const shared = new Map();
      const pairs = new Set(letters.slice(1).map((letter, at) => letters[at] + letter));
      for (const entry of await Promise.all([...pairs].map((pair) => this.entry("pairs", pair)))) {
        for (const thing of ascending(entry?.[0] ?? "")) shared.set(thing, (shared.get(thing) ?? 0) + 1);
      }
      const least = Math.max(1, Math.ceil((pairs.size - 1) / 2));
      const found = [...shared].filter(([, count]) => count >= least);
      return found.sort((one, other) => other[1] - one[1] || one[0] - other[0]).map(([thing]) => thing);
    }
  }

  /** A value that the release has not. */
  class FacetError extends Error {
    constructor(facet, value) {
      super(facet);
      Object.assign(this, { facet, value });
    }
  }

  /** The pairs that make a word certain: every second one, and the last. */
  function cover(length) {
    const found = [];
    for (let at = 0; at < length - 1; at += 2) found.push(at);
    if (length > 1 && found[found.length - 1] !== length - 2) found.push(length - 2);
    return found;
  }

  /** What the runs of a column say of each thing (lod/site/search/belonging.py). */
  function members(runs) {
    const told = numbers(runs);
    const found = [];
    let before = 0;
    for (let at = 0; at < told.length; ) {
      const length = told[at++], count = told[at++];
      const here = [];
      for (let number = 0; number < count; number++) {
        const distance = told[at++];
        if (number) here.push(here[number - 1] + distance);
        else here.push((before += distance % 2 ? -(distance + 1) / 2 : distance / 2));
      }
      for (let thing = 0; thing < length; thing++) found.push(here);
    }
    return found;
  }

  function without(all, others) {
    const left = new Set(others);
    return Array.from(all).filter((one) => !left.has(one));
  }

  /** All things found, those of an earlier tier first. */
  function ranked(universe, tiers) {
    const ordered = [];
    let rest = universe;
    for (const tier of tiers) {
      const here = intersection(rest, tier);
      for (const thing of here) ordered.push(thing);
      rest = without(rest, here);
    }
    return ordered;
  }

  /** [text, language] of a name as a record holds it. */
  function named(name, texts) {
    const [value, language] = Array.isArray(name) ? name : [name, "ja"];
    return [typeof value === "number" ? texts[value][1] : value, language];
  }

  Object.assign(site, { Index, FacetError, numbers });
})();
