// Figures: tables whose numbers have bars. Names and numbers stand beside every bar, so no figure needs its colours.

const OTHER_SIDE = "hatched";

/** Draw a bar; a share is a number from 0 to 1. */
function bar(share, name = "") {
  const image = draw("svg", { class: `bar ${name}`, "aria-hidden": "true", focusable: "false" });
  image.append(draw("rect", { class: "whole", width: "100%", height: "100%" }),
    draw("rect", { class: "share", width: `${(100 * share).toFixed(2)}%`, height: "100%" }));
  if (name === OTHER_SIDE) image.append(draw("rect", { class: "hatch", width: `${(100 * share).toFixed(2)}%`, height: "100%" }));
  return image;
}

/**
 * Make a figure: one row a name, one bar a series.
 * Series are { title, values }, values a list beside names; rows are [name, explanation].
 */
function figure(title, names, series, { note, action } = {}) {
  const highest = Math.max(1, ...series.flatMap((one) => one.values));
  const legend = series.length > 1 ? make("p", { class: "legend" }, series.map((one, k) =>
    make("span", {}, bar(1, k ? OTHER_SIDE : ""), one.title))) : null;
  const rows = names.map(([name, explanation], k) => make("tr", {},
    make("th", { scope: "row" }, make("bdi", {}, name), explanation ? make("small", {}, explanation) : null),
    make("td", { class: "bars" }, series.map((one, s) => bar(one.values[k] / highest, s ? OTHER_SIDE : ""))),
    series.map((one) => make("td", { class: "number" }, count(one.values[k]))),
    action ? make("td", {}, action(name)) : null));
  const head = make("tr", { class: series.length > 1 ? "" : "unseen" },
    make("th", { scope: "col" }, "Name"), make("th", { scope: "col" }, ""),
    series.map((one) => make("th", { scope: "col", class: "number" }, one.title)),
    action ? make("th", { scope: "col" }, "") : null);
  return make("section", { class: "figure" }, make("h2", {}, title), note ? make("p", { class: "note" }, note) : null, legend,
    names.length ? make("div", { class: "scroll" }, make("table", {}, make("thead", {}, head), make("tbody", {}, rows))) : null);
}

const letter = (k, corpora) => (corpora.length > 1 ? "AB"[k] + " " : "");
const union = (corpora, of) => [...new Set(corpora.flatMap((one) => Object.keys(of(one) ?? {})))];

/** Series of all corpora for names. */
function byName(corpora, names, title, of) {
  return corpora.map((one, k) => ({ title: letter(k, corpora) + title, values: names.map((name) => of(one)?.[name] ?? 0) }));
}

function labelFigure(corpora) {
  const names = [...new Set([...union(corpora, (c) => c.figures.labels), ...union(corpora, (c) => c.figures.source_labels)])].sort();
  const series = byName(corpora, names, "entities", (c) => c.figures.labels);
  const hasSource = corpora.some((c) => Object.keys(c.figures.source_labels).length);
  if (corpora.length === 1 && hasSource) {
    series.unshift(...byName(corpora, names, "in the source text", (c) => c.figures.source_labels));
    series[1].title = "in the corpus";
  }
  return figure("Entities by label", names.map((name) => [name]), series,
    { note: names.length ? "" : "No sentence has an entity." });
}

function confidenceFigure(corpora) {
  const known = corpora.find((c) => c.figures.confidence);
  if (!known) return figure("Confidence", [], [], { note: "No entity of this corpus has a probability." });
  const { bins } = known.figures.confidence;
  const names = bins.map((_, k) => [`${(k / bins.length).toFixed(1)} to ${((k + 1) / bins.length).toFixed(1)}`]);
  const series = corpora.map((c, k) => ({ title: letter(k, corpora) + "entities", values: c.figures.confidence?.bins ?? bins.map(() => 0) }));
  return figure("Confidence of the entities", names, series, { note: `The probability ${known.figures.confidence.meaning}.` });
}

function lengthFigure(corpora) {
  const { step, counts } = corpora[0].figures.lengths;
  const last = Math.max(...corpora.map((c) => c.figures.lengths.counts.findLastIndex((n) => n > 0)));
  const names = counts.slice(0, last + 1).map((_, k) =>
    [k === counts.length - 1 ? `${k * step + 1} and more` : `${k * step + 1} to ${(k + 1) * step}`]);
  const series = corpora.map((c, k) => ({ title: letter(k, corpora) + "sentences", values: c.figures.lengths.counts.slice(0, last + 1) }));
  return figure("Length of the sentences in words", names, series);
}

function splitFigure(corpora) {
  const names = union(corpora, (c) => c.figures.splits);
  return figure("Splits", names.map((name) => [name]), byName(corpora, names, "sentences", (c) => c.figures.splits));
}

function summaryTable(corpora) {
  const lines = [
    ["Sentences", (c) => c.figures.sentences], ["with an entity", (c) => c.figures.labelled], ["Words", (c) => c.figures.tokens],
    ["Entities", (c) => Object.values(c.figures.labels).reduce((a, b) => a + b, 0)],
  ];
  return make("section", { class: "figure" }, make("h2", {}, "In numbers"), make("div", { class: "scroll" }, make("table", {},
    corpora.length > 1 ? make("thead", {}, make("tr", {}, make("td"), corpora.map((_, k) => make("th", { scope: "col", class: "number" }, "AB"[k])))) : null,
    make("tbody", {}, lines.map(([name, of]) => make("tr", {}, make("th", { scope: "row" }, name),
      corpora.map((c) => make("td", { class: "number" }, count(of(c))))))))));
}

function differenceFigure(language) {
  const names = ["same", "first", "second"];
  const titles = { same: "in both", first: "only in A", second: "only in B" };
  return figure("Entities of the sentences that both have", names.map((name) => [titles[name]]),
    [{ title: "entities", values: names.map((name) => language.entities[name] ?? 0) }]);
}

function showFigures(section, language) {
  const { corpora } = language;
  section.replaceChildren(make("div", { class: "grid" },
    summaryTable(corpora), language.entities ? differenceFigure(language) : null, labelFigure(corpora), confidenceFigure(corpora),
    lengthFigure(corpora), splitFigure(corpora)));
}

/** Show what was dropped and what was flagged; every flag leads to its sentences. */
function showDropped(section, language, showFlag) {
  const { corpora, reasons } = language;
  const known = corpora.filter((c) => c.input !== null);
  const why = (names) => names.map((name) => [name, reasons[name]]);
  const dropped = union(corpora, (c) => c.dropped).sort();
  const flags = [...new Set([...union(corpora, (c) => c.flags), ...union(corpora, (c) => c.figures.flags)])].sort();
  const parts = [];
  if (known.length) {
    const series = corpora.map((c, k) => ({ title: letter(k, corpora) + "sentences", values: [c.figures.sentences, ...dropped.map((name) => c.dropped[name] ?? 0)] }));
    parts.push(figure("Kept and dropped", [["kept"], ...why(dropped)], series, { note: dropped.length ?
      "A corpus folder holds the sentences that were kept. Of those that were dropped, it holds only the numbers, so this page cannot " +
      "show them. To see them, take their reason out of keep: in the recipe and build again: they stay, with a flag." :
      "No sentence was dropped." }));
  } else parts.push(figure("Kept and dropped", [], [], { note: "The manifest of this corpus does not count dropped sentences." }));
  parts.push(figure("Flags", why(flags), byName(corpora, flags, "sentences", (c) => c.figures.flags), {
    note: flags.length ? "The sentences of the corpus that fail a filter and were kept." : "No filter was applied.",
    action: (name) => make("button", { type: "button", onclick: () => showFlag(name) }, "Show", make("span", { class: "unseen" }, ` sentences with the flag ${name}`)),
  }));
  section.replaceChildren(...parts);
}
