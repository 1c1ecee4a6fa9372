// Suggests names while a person types. Without this the box searches just the same.
"use strict";
(() => {
  const box = document.querySelector("input[data-suggest]");
  const list = box && document.getElementById(box.getAttribute("list"));
  if (!list) return;
  let waiting, asked;

  const show = (names, notes) => list.replaceChildren(...names.map((name, place) => {
    const option = document.createElement("option");
    option.value = name;
    option.label = notes[place] ? `${name} · ${notes[place]}` : name;
    return option;
  }));

  const suggest = async () => {
    asked?.abort();
    asked = new AbortController();
    const text = box.value.trim();
    if (!text) return show([], []);
    try {
      const answer = await fetch(`${box.dataset.suggest}${encodeURIComponent(text)}`, { signal: asked.signal });
      if (answer.ok) {
        const [, names, notes] = await answer.json();
        show(names, notes);
      }
    } catch (error) {
      if (error.name !== "AbortError") show([], []);
    }
  };

  box.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(suggest, 120);
  });
  box.addEventListener("compositionend", suggest);
})();
