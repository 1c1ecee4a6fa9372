// The query page with scripts: results without a reload, from the editor (query-editor.js).
// Without this file the page works as a plain form. It asks no host but the one it came from.
"use strict";

(() => {
  const form = document.getElementById("form");
  const textarea = document.getElementById("query");
  const run = document.getElementById("run");
  const format = document.getElementById("format");
  const words = form.dataset;
  const lang = document.documentElement.lang;
  const tools = globalThis.lodSite?.queryEditor;
  if (!tools) return;
  const { editor, declare, copier, mark } = tools;

  let running = null;

  // --- running ----------------------------------------------------------------------------------------------------
  function address(others) {
    const found = new URL(form.action);
    for (const [name, value] of Object.entries(others)) found.searchParams.set(name, value);
    if (new URLSearchParams(location.search).has("lang")) found.searchParams.set("lang", lang);
    return found;
  }

  form.addEventListener("submit", (event) => {
    if (!running) declare();
    const query = editor.getValue();
    textarea.value = query;
    if (format.value !== "html") return; // a file: the browser saves it
    event.preventDefault();
    if (running) running.abort();
    else ask(query);
  });

  async function ask(query) {
    running = new AbortController();
    run.textContent = words.stop;
    run.classList.add("busy");
    document.getElementById("outcome").setAttribute("aria-busy", "true");
    const link = address({ query, format: "html" });
    const long = link.href.length > 8000;
    try {
      const answer = await fetch(long ? form.action : link, {
        method: long ? "POST" : "GET",
        body: long ? new URLSearchParams({ query, format: "html", lang }) : undefined,
        headers: { Accept: "text/html", "Accept-Language": lang },
        signal: running.signal,
      });
      show(await answer.text());
      if (!long) history.pushState({ query }, "", link);
    } catch (error) {
      if (error.name !== "AbortError") say(words.lost);
    } finally {
      running = null;
      run.textContent = words.run;
      run.classList.remove("busy");
      document.getElementById("outcome").removeAttribute("aria-busy");
    }
  }

  /** Takes the part below the form from the page that the server made. */
  function show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const found = page.getElementById("outcome");
    if (!found) return say(page.querySelector("h1")?.textContent || words.lost);
    document.getElementById("outcome").replaceChildren(...found.childNodes);
    equip();
    const heading = document.querySelector("#outcome h2");
    if (heading) heading.focus();
  }

  function say(text) {
    const note = document.createElement("p");
    note.className = "problem";
    note.textContent = text;
    document.getElementById("outcome").replaceChildren(note);
  }

  // --- what scripts add to the part below the form ------------------------------------------------------------------
  function equip() {
    for (const code of document.querySelectorAll("#outcome .code-use pre")) code.before(copier(() => code.textContent));
    const share = document.getElementById("share");
    if (share) share.after(" ", copier(() => share.href));
    mark();
  }

  // --- examples and history -----------------------------------------------------------------------------------------
  for (const link of document.querySelectorAll(".examples a")) {
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      const answer = await fetch(link.href, { headers: { Accept: "text/html", "Accept-Language": lang } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      editor.setValue(page.getElementById("query").value);
      const about = page.getElementById("about");
      document.getElementById("about")?.remove();
      if (about) form.prepend(about);
      document.querySelector(".examples a[aria-current]")?.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      document.getElementById("outcome").replaceChildren();
      history.pushState({ query: editor.getValue() }, "", link.href);
      editor.focus();
    });
  }
  window.addEventListener("popstate", () => location.reload());

  equip();
})();
