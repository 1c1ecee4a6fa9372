// How a text becomes its key, what is typed becomes words, and where these stand in a text: as lod/text/folding.py,
// lod/querying/words.py and lod/web/snippets.py do it, by tables that the exporter takes from there. A test holds the
// two against each other. Lengths and places are those of code points.
"use strict";

(() => {
  const site = (globalThis.lodSite ??= {});

  /** A search that is longer than allowed: `name` is `characters` or `words`. */
  class WordsError extends Error {
    constructor(name, limit, used) {
      super(name);
      Object.assign(this, { name, limit, used });
    }
  }

  class Texts {
    /** `tables` as lod/site/search/tables.py writes them. */
    constructor(tables) {
      this.tables = tables;
      this.before = new Map(Object.entries(tables.before));
      this.case = new Map(Object.entries(tables.case));
      this.after = new Map(Object.entries(tables.after));
      this.following = new RegExp(tables.following, "u");
      this.pieces = new RegExp(tables.pieces, "gu");
      this.year = new RegExp(`^(?:${tables.year})$`, "u");
      this.edges = new RegExp(`^[${tables.spaces}]+|[${tables.spaces}]+$`, "gu");
      let ranges = "";
      for (let at = 0; at < tables.unknown.length; at += 2) ranges += `\\u{${tables.unknown[at].toString(16)}}-\\u{${tables.unknown[at + 1].toString(16)}}`;
      this.unknown = new RegExp(`([${ranges}]+)`, "u");
    }

    /** The text without white space around it. */
    trimmed(text) {
      return text.replace(this.edges, "");
    }

    /** The folded text: whoever searches for one of its writings finds it by this. */
    key(text) {
      const plain = mapped(text, this.before);
      return mapped(this.composed(mapped(this.composed(plain), this.case)), this.after);
    }

    /** NFKC of the Unicode that the tables know: what a newer one assigns stays as it is. */
    composed(text) {
      return text.split(this.unknown).map((part, at) => (at % 2 ? part : part.normalize("NFKC"))).join("");
    }

    /** The words of a search, each once: {text, keys, year, typed}. */
    words(text) {
      const { mostCharacters, mostWords } = this.tables;
      const length = [...text].length;
      if (length > mostCharacters) throw new WordsError("characters", mostCharacters, length);
      const found = new Map();
      for (const [, phrase, word] of text.matchAll(this.pieces)) {
        const key = this.key(word ?? phrase);
        if (key && !found.has(key)) found.set(key, this.word(word ?? phrase, key, word === undefined));
      }
      if (found.size > mostWords) throw new WordsError("words", mostWords, found.size);
      return [...found.values()];
    }

    word(text, key, isPhrase) {
      const named = isPhrase ? null : this.year.exec(key);
      const year = named && this.numbered(named.groups.year.replace(/^fy/, ""));
      const spellings = year && this.tables.years[year];
      if (!spellings) return { text, keys: [key], year: null };
      const unit = named.groups.unit ?? "年";
      return { text, keys: [...new Set([key, ...spellings.map((one) => one.replace("U", unit))])], year, unit };
    }

    /** 平成28, h28, 2016 → 2016; null for what is no year. */
    numbered(text) {
      if (/^[0-9]+$/.test(text)) return Number(text);
      for (const [era, first] of Object.entries(this.tables.eras)) {
        if (!text.startsWith(era)) continue;
        const written = text.slice(era.length);
        const number = /^[0-9]+$/.test(written) ? Number(written) : this.tables.numbers[written];
        return number ? first + number - 1 : null;
      }
      return null;
    }

    /** How many of the words a text has. */
    hits(text, words) {
      const key = this.key(text);
      return words.filter((word) => word.keys.some((wanted) => key.includes(wanted))).length;
    }

    /** The whole text in parts, [text, whether it is a hit]. */
    marked(text, words) {
      const letters = [...text];
      return parts(letters, this.flags(letters, words), 0, letters.length);
    }

    /** The text around its first hit, with … where something is left out. */
    snippet(text, words, [most, before, stops]) {
      const letters = [...text];
      const flags = this.flags(letters, words);
      if (letters.length <= most + 20) return parts(letters, flags, 0, letters.length);
      let start = beginning(letters, Math.max(flags.indexOf(true), 0), before, stops);
      const end = Math.min(letters.length, start + most);
      start = Math.max(0, Math.min(start, end - most));
      const found = parts(letters, flags, start, end);
      if (start) found.unshift(["…", false]);
      if (end < letters.length) found.push(["…", false]);
      return found;
    }

    /** For each character, whether it belongs to a hit. */
    flags(letters, words) {
      const flags = letters.map(() => false);
      const origins = [];
      let whole = "";
      for (let at = 0, end = 1; end <= letters.length; end++) {
        if (end < letters.length && this.following.test(letters[end])) continue;
        const key = this.key(letters.slice(at, end).join(""));
        for (let unit = 0; unit < key.length; unit++) origins.push(at);
        whole += key;
        at = end;
      }
      if (whole !== this.key(letters.join(""))) return flags;
      origins.push(letters.length);
      for (const wanted of new Set(words.flatMap((word) => word.keys))) {
        for (let place = whole.indexOf(wanted); place >= 0; place = whole.indexOf(wanted, place + 1)) {
          const last = origins[place + wanted.length - 1];
          let next = place + wanted.length;
          while (origins[next] <= last) next++;
          flags.fill(true, origins[place], origins[next]);
        }
      }
      return flags;
    }
  }

  function mapped(text, table) {
    let found = "";
    for (const letter of text) found += table.get(letter) ?? letter;
    return found;
  }

  /** Where the sentence with the first hit begins, if that is near; else a little before the hit. */
  function beginning(letters, first, before, stops) {
    if (first <= before) return 0;
    for (let at = first; at > Math.max(first - 2 * before, 0); at--) if (stops.includes(letters[at - 1])) return at;
    return first - before;
  }

  function parts(letters, flags, start, end) {
    const found = [];
    for (let at = start; at < end; at++) {
      if (at === start || flags[at] !== flags[at - 1]) found.push(["", flags[at]]);
      found[found.length - 1][0] += letters[at];
    }
    return found;
  }

  Object.assign(site, { Texts, WordsError });
})();
