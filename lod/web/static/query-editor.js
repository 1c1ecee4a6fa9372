// The editor of the query page: it colours, completes, and marks mistakes. Without it the page has a plain text field.
"use strict";

(() => {
  const form = document.getElementById("form");
  const textarea = document.getElementById("query");
  const words = form.dataset;
  const lang = document.documentElement.lang;
  const Editor = window.Yasqe;
  if (!Editor || !window.fetch) return;

  let known = { prefixes: {}, terms: [] };
  let marks = [];

  // --- the editor -----------------------------------------------------------------------------------------------
  const WORD = /[^\s{}()[\];,.<>"'|/^*+?!=&]+$/;
  const KINDS = ["property", "code", "class", "list"];
  const AFTER_A = ["class", "list", "property", "code"];

  function wordBefore(editor) {
    const cursor = editor.getDoc().getCursor();
    const found = WORD.exec(editor.getDoc().getLine(cursor.line).slice(0, cursor.ch));
    const text = found ? found[0] : "";
    return { text, from: { line: cursor.line, ch: cursor.ch - text.length }, to: cursor };
  }

  /** Whether the cursor stands neither in a text, a comment or an IRI, nor in the name of a variable. */
  function isCode(editor) {
    const cursor = editor.getDoc().getCursor();
    const before = editor.getDoc().getLine(cursor.line).slice(0, cursor.ch).replace(/<[^\s<>]*>/g, " ");
    return /^(?:[^"'#<]|<\s|"[^"]*"|'[^']*')*$/.test(before) && !/^[?$]/.test(wordBefore(editor).text);
  }

  /** Terms that a word may mean, by name from its start, else by any part of a name or label; classes first after `a`. */
  function fitting(editor, word) {
    const cursor = editor.getDoc().getCursor();
    const before = editor.getDoc().getLine(cursor.line).slice(0, cursor.ch - word.length);
    const kinds = /(?:^|\s)(?:a|rdf:type)\s+$/.test(before) ? AFTER_A : KINDS;
    const wanted = word.toLowerCase();
    const ranked = [];
    for (const [name, kind, ja, en] of known.terms) {
      const short = name.toLowerCase();
      const local = short.slice(short.indexOf(":") + 1);
      let rank = -1;
      if (short.startsWith(wanted)) rank = 0;
      else if (!wanted.includes(":") && local.startsWith(wanted)) rank = 1;
      else if (ja.startsWith(word) || en.toLowerCase().startsWith(wanted)) rank = 2;
      else if (!wanted.includes(":") && (local.includes(wanted) || ja.includes(word))) rank = 3;
      if (rank >= 0) ranked.push([rank, kinds.indexOf(kind), name, kind, lang === "en" ? en : ja]);
    }
    return ranked.sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1)).slice(0, 60);
  }

  function shown(element, _list, hint) {
    const note = document.createElement("span");
    note.className = "quiet";
    note.textContent = hint.note;
    element.append(hint.text, note);
  }

  const TERMS = {
    name: "terms",
    bulk: false,
    autoShow: true,
    isValidCompletionPosition: (editor) => isCode(editor) && (asked || wordBefore(editor).text.length > 1),
    preProcessToken: (editor, token) => {
      const word = wordBefore(editor);
      return { ...token, string: word.text, autocompletionString: word.text, from: word.from, to: word.to };
    },
    get: (editor, token) => fitting(editor, token.autocompletionString || "").map((found) => found[2]),
    postprocessHints: (editor, hints) => {
      const word = wordBefore(editor);
      const notes = new Map(fitting(editor, word.text).map((found) => [found[2], found[4]]));
      return hints.map((hint) => ({ ...hint, from: word.from, to: word.to, note: notes.get(hint.text) || "", render: shown }));
    },
    persistenceId: null,
  };
  let asked = false; // completion asked for by key: also with nothing typed yet

  Editor.registerAutocompleter(TERMS, false);
  const wide = matchMedia("(min-width: 44rem)").matches;
  const place = document.createElement("div");
  textarea.before(place);
  const editor = new Editor(place, {
    value: textarea.value,
    autocompleters: ["variables", "terms"],
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    viewportMargin: Infinity,
    highlightSelectionMatches: false,
    lineNumbers: wide,
    foldGutter: false,
    gutters: wide ? ["gutterErrorBar", "CodeMirror-linenumbers"] : ["gutterErrorBar"],
    screenReaderLabel: document.getElementById("query-label").textContent,
    requestConfig: { endpoint: form.action },
    extraKeys: {
      Tab: false, // the keyboard must get out again (WCAG 2.2, 2.1.2)
      "Shift-Tab": false,
      "Ctrl-S": false,
      "Ctrl-Enter": () => form.requestSubmit(),
      "Cmd-Enter": () => form.requestSubmit(),
      "Ctrl-Space": (one) => {
        asked = true;
        one.autocomplete();
        asked = false;
      },
    },
  });
  textarea.hidden = true;
  textarea.required = false;
  document.getElementById("query-label").htmlFor = "";
  document.getElementById("keys").hidden = false;

  // Yasqe explains a mistake in a tooltip with styles in its markup, which our policy rightly forbids: say it plainly.
  editor.on("changes", () => {
    for (const icon of place.querySelectorAll(".parseErrorIcon")) icon.onmouseover = icon.onmouseout = null;
    for (const mark of marks.splice(0)) mark.clear();
  });

  editor.on("autocompletionShown", (_editor, widget) => widget.hints.setAttribute("aria-label", words.candidates));

  // A term that was picked needs its prefix declared; so does one that was typed, before the query runs.
  editor.on("endCompletion", declare);
  function declare() {
    const text = editor.getValue().replace(/<[^>]*>|"[^"]*"|#.*/g, " ");
    const used = new Set([...text.matchAll(/(?:^|[\s(|/^;,!])([a-z]+):[A-Za-z]/gm)].map((match) => match[1]));
    const declared = new Set([...text.matchAll(/\bPREFIX\s+([\w-]*):/gi)].map((match) => match[1]));
    const wanted = {};
    for (const name of used) if (known.prefixes[name] && !declared.has(name)) wanted[name] = known.prefixes[name];
    if (Object.keys(wanted).length) editor.addPrefixes(wanted);
  }

  if (location.protocol !== "file:") fetch(words.terms).then((answer) => (answer.ok ? answer.json() : known)).then((found) => (known = found), () => {});

  // --- what scripts add to a result -------------------------------------------------------------------------------
  function copier(text) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = words.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text());
      button.textContent = words.copied;
      setTimeout(() => (button.textContent = words.copy), 2000);
    });
    return button;
  }

  /** Marks in the editor where the endpoint found the mistake. */
  function mark() {
    const told = document.getElementById("told");
    if (!told || !told.dataset.line) return;
    const doc = editor.getDoc();
    const line = Math.min(Number(told.dataset.line), doc.lineCount()) - 1;
    const column = Math.min(Number(told.dataset.column) - 1, doc.getLine(line).length);
    const row = editor.addLineClass(line, "background", "wrong");
    const end = Math.max(column + 1, 1);
    const text = doc.markText({ line, ch: Math.max(0, column) }, { line, ch: end }, { className: "mistake" });
    marks = [text, { clear: () => editor.removeLineClass(row, "background", "wrong") }];
    document.getElementById("place").addEventListener("click", (event) => {
      event.preventDefault();
      editor.focus();
      doc.setCursor({ line, ch: column });
    });
  }

  (globalThis.lodSite ??= {}).queryEditor = { editor, declare, copier, mark };
})();
