// Which rows are shown, and in which order.

const KINDS = ["entities", "text", "first", "second", "same"];
const EVERYTHING = Object.freeze({
  split: "", label: "", flag: "", kind: "", people: "", low: "", high: "", text: "", order: "", page: "1", size: "20",
});

/** The positions of the rows that pass all filters except the search for text. */
function passing(index, filters) {
  const { columns } = index;
  const tests = [];
  if (filters.split) tests.push((k) => index.splits[columns.split[k]] === filters.split);
  if (filters.kind) tests.push((k) => KINDS[columns.kind?.[k]] === filters.kind);
  if (filters.people) tests.push((k) => (columns.people[k] || "(none)") === filters.people);
  if (filters.label) tests.push(holds(columns.labels, index.labels, filters.label));
  if (filters.flag) tests.push(holds(columns.flags, index.flags, filters.flag));
  const known = (k) => columns.confidence[k] !== null;
  if (filters.low !== "") tests.push((k) => known(k) && columns.confidence[k] >= Number(filters.low));
  if (filters.high !== "") tests.push((k) => known(k) && columns.confidence[k] <= Number(filters.high));
  const positions = [];
  for (let k = 0; k < index.rows; k++) if (tests.every((test) => test(k))) positions.push(k);
  return positions;
}

/** Test for a name in a column of lists; "(any)" and "(none)" ask for lists with and without names. */
function holds(column, names, wanted) {
  if (wanted === "(any)") return (k) => column[k].length > 0;
  if (wanted === "(none)") return (k) => column[k].length === 0;
  const number = names.indexOf(wanted);
  return (k) => column[k].includes(number);
}

function sorted(positions, columns, order) {
  const column = { confidence: columns.confidence, score: columns.score }[order];
  if (!column) return positions;
  const key = (k) => column[k] ?? Infinity;
  return positions.slice().sort((a, b) => key(a) - key(b) || a - b);
}

const folded = (text) => text.normalize("NFC").toLowerCase();

/** The text of a row that a search reads, once for every way to join its tokens. */
function searched(sides) {
  const texts = [];
  for (const side of sides) {
    for (const text of side ? [side, side.source, side.pivot] : []) {
      if (text) texts.push(text.tokens.join(" "), text.tokens.join(""));
    }
  }
  return folded(texts.join("\n"));
}

/** Search the text of rows, block by block, so that the page answers meanwhile; null when a newer search has begun. */
async function search(rows, positions, text, isCurrent) {
  const wanted = folded(text.trim());
  if (!wanted) return positions;
  const answers = [];
  let last = performance.now();
  for (const position of positions) {
    const sides = await rows.row(position);
    if (sides.some((side) => side && side.id === text.trim()) || searched(sides).includes(wanted)) answers.push(position);
    if (performance.now() - last > 50) {
      await new Promise((go) => setTimeout(go));
      last = performance.now();
      if (!isCurrent()) return null;
    }
  }
  return answers;
}
