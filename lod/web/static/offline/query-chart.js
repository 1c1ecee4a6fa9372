// The chart of a result, as lod/web/sparql_chart.py makes it and lod/web/templates/_chart.html draws it. A test holds
// the values of both against each other.
"use strict";

(() => {
  const site = (globalThis.lodSite ??= {});
  const XSD = "http://www.w3.org/2001/XMLSchema#";
  const typed = (names) => new Set(names.split(" ").map((name) => XSD + name));
  const NUMBERS = typed("integer int long short nonNegativeInteger positiveInteger unsignedInt decimal double float");
  const TIMES = typed("gYear gYearMonth date dateTime");
  const TIME_NAMES = new Set("year fy day date month".split(" "));
  const YEAR = /^(?:19|20|21)[0-9]{2}$/;
  const NO_AMOUNT = new Set("number line column page order level code start end lat long".split(" "));
  const MOST_LABELS = 2, MOST_BARS = 30, MOST_LINES = 8;

  /** The values of the chart of a result's rows (SPARQL 1.1 Results JSON 3.2); null where nothing is to be drawn. */
  function chart(names, rows) {
    const time = names.find((name) => isTime(name, rows)) ?? "";
    const value = names.find((name) => name !== time && !NO_AMOUNT.has(name.toLowerCase()) && isNumber(name, rows));
    if (!value) return null;
    const [unit, kept] = oneUnit(rows, value);
    if (kept.length < 2) return null;
    const texts = names.filter((name) => ![time, value, "unit"].includes(name) && !isNumber(name, kept));
    const before = texts.filter((name) => names.indexOf(name) < names.indexOf(value));
    const differs = (name) => new Set(kept.map((row) => text(row, name))).size > 1;
    const labels = (before.length ? before : texts).filter(differs).slice(-MOST_LABELS);
    if (time && differs(time)) return lines(value, unit, kept, time, labels);
    return bars(value, unit, kept, labels.length ? labels : (before.length ? before : texts).slice(-1));
  }

  function text(row, name) {
    const found = row[name]?.value ?? "";
    return typeof found === "string" ? found : "";
  }

  function isNumber(name, rows) {
    const found = rows.filter((row) => row[name]).map((row) => row[name]);
    return found.length > 0 && found.every((term) => NUMBERS.has(term.datatype) && Math.abs(parsed(term.value)) < 1e15);
  }

  function parsed(number) {
    return String(number).trim() === "" ? NaN : Number(number);
  }

  /** Days and years by their datatype; a bare year where the column is called one. */
  function isTime(name, rows) {
    const found = rows.filter((row) => row[name]).map((row) => row[name]);
    if (!found.length || found.length < rows.length) return false;
    return found.every((term) => TIMES.has(term.datatype) || (TIME_NAMES.has(name.toLowerCase()) && YEAR.test(String(term.value))));
  }

  /** The rows with a value, of the commonest unit where a column `unit` has several. */
  function oneUnit(rows, value) {
    const kept = rows.filter((row) => row[value]);
    const units = new Map();
    for (const row of kept) units.set(text(row, "unit"), (units.get(text(row, "unit")) ?? 0) + 1);
    if (units.size < 2) return ["", kept];
    const [unit] = [...units].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1))[0];
    return [unit, kept.filter((row) => text(row, "unit") === unit)];
  }

  function label(row, labels) {
    const shown = labels.map((name) => (row[name]?.type === "uri" ? text(row, name).slice(text(row, name).lastIndexOf("/") + 1) : text(row, name)));
    return shown.filter((_, at) => text(row, labels[at])).join(" · ");
  }

  function rounded(number) {
    return Math.round(number * 100) / 100;
  }

  function bars(value, unit, rows, labels) {
    const some = rows.slice(0, MOST_BARS);
    const numbers = some.map((row) => parsed(text(row, value)));
    const low = Math.min(0, ...numbers), high = Math.max(0, ...numbers);
    const span = high - low || 1;
    const made = some.map((row, at) => ({
      label: label(row, labels),
      value: text(row, value),
      offset: rounded((100 * (Math.min(numbers[at], 0) - low)) / span),
      share: rounded((100 * Math.abs(numbers[at])) / span),
    }));
    return { value, unit, bars: made, lines: [], leftOut: Math.max(0, rows.length - MOST_BARS) };
  }

  /** A line per series, the longest first; of two values of one series and moment, nobody knows which to draw. */
  function lines(value, unit, rows, time, labels) {
    const series = new Map();
    for (const row of rows) {
      const name = label(row, labels);
      if (!series.has(name)) series.set(name, new Map());
      if (series.get(name).has(text(row, time))) return bars(value, unit, rows, [time, ...labels].slice(-MOST_LABELS));
      series.get(name).set(text(row, time), text(row, value));
    }
    const chosen = [...series].sort((one, other) => other[1].size - one[1].size).slice(0, MOST_LINES);
    const times = [...new Set(chosen.flatMap(([, moments]) => [...moments.keys()]))].sort();
    const numbers = chosen.flatMap(([, moments]) => [...moments.values()].map(parsed));
    const low = Math.min(0, ...numbers), high = Math.max(0, ...numbers);
    const span = high - low || 1;
    const step = times.length > 1 ? 100 / (times.length - 1) : 0;
    const made = chosen.map(([name, moments]) => ({
      label: name,
      points: times.map((moment, place) => [moment, place]).filter(([moment]) => moments.has(moment)).map(([moment, place]) => [rounded(step * place), rounded(100 - (100 * (parsed(moments.get(moment)) - low)) / span)]),
      summary: [...moments.keys()].sort().map((moment) => `${moment}: ${moments.get(moment)}`).join(", "),
    }));
    return { value, unit, bars: [], lines: made, times, bottom: String(low), top: String(high), leftOut: series.size - chosen.length };
  }

  // --- drawing ------------------------------------------------------------------------------------------------------

  function svg(name, attributes, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /** The figure of a chart. `element` makes HTML, `words` fills in texts. */
  function drawn(found, element, words) {
    const note = (told) => element("span", { class: "note" }, ` ${told}`);
    const caption = element("figcaption", {}, words("chart", { value: found.value }),
      found.unit ? note(words("chart_unit", { unit: found.unit })) : "",
      found.leftOut ? note(words("chart_more", { count: found.leftOut })) : "");
    return element("figure", { class: "chart" }, caption, found.bars.length ? drawnBars(found, element) : drawnLines(found, element));
  }

  function drawnBars(found, element) {
    return element("dl", { class: "bars" }, found.bars.map((bar) => element("div", {}, element("dt", {}, bar.label), element("dd", {},
      svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { x: bar.offset, y: 0, width: bar.share, height: 10 })),
      element("span", { class: "figure" }, bar.value)))));
  }

  function drawnLines(found, element) {
    const shapes = found.lines.flatMap(({ points }, at) => [
      ...(points.length > 1 ? [svg("polyline", { class: `series s${at + 1}`, points: points.map((point) => point.join(",")).join(" ") })] : []),
      ...points.map(([x, y]) => svg("path", { class: `dot s${at + 1}`, d: `M${x} ${y}h0` })),
    ]);
    return [
      element("div", { class: "lines" },
        element("div", { class: "scale", "aria-hidden": "true" }, element("span", {}, found.top), element("span", {}, found.bottom)),
        svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("path", { class: "grid", d: "M0 0H100M0 50H100M0 100H100" }), ...shapes),
        element("div", { class: "times", "aria-hidden": "true" }, found.times.map((time) => element("span", {}, time)))),
      element("ul", { class: "legend-lines" }, found.lines.map((line, at) => element("li", {},
        svg("svg", { viewBox: "0 0 24 10", "aria-hidden": "true" }, svg("path", { class: `series s${at + 1}`, d: "M0 5H24" })), ` ${line.label} `, element("span", { class: "quiet" }, line.summary)))),
    ];
  }

  Object.assign(site, { chart, drawnChart: drawn });
})();
