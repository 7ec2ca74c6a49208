// Which rows are shown, and in which order.

const KINDS = ["entities", "text", "first", "second", "same"];
const EVERYTHING = Object.freeze({
  split: "", label: "", flag: "", kind: "", people: "", gold: "", low: "", high: "", text: "", order: "", page: "1", size: "20",
});

/** The positions of the rows that pass all filters except the search for text. */
function passing(index, filters) {
  const { columns } = index;
  const tests = [];
  if (filters.split) tests.push((k) => index.splits[columns.split[k]] === filters.split);
  if (filters.kind) tests.push((k) => KINDS[columns.kind?.[k]] === filters.kind);
  if (filters.people) tests.push((k) => (columns.people[k] || "(none)") === filters.people);
  if (filters.gold) tests.push((k) => (columns.gold[k] || "(none)") === filters.gold);
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

/** The text of a row that a search reads. */
function searched(sides, { target, source }) {
  const texts = [];
  for (const side of sides) {
    if (!side) continue;
    texts.push(side.id, joined(side.tokens, target.spaced));
    for (const other of [side.source, side.pivot]) if (other) texts.push(joined(other.tokens, source.spaced));
  }
  return folded(texts.join("\n"));
}

/** Search the text of rows, and report how far it is; null when nobody waits for the answer any more. */
async function search(rows, positions, text, progress) {
  const wanted = folded(text.trim());
  if (!wanted) return positions;
  const answers = [];
  let [last, number, block] = [performance.now(), -1, []];
  for (const [k, position] of positions.entries()) {
    if (rows.blockOf(position) !== number) {
      number = rows.blockOf(position);
      block = await rows.block(number);
    }
    if (searched(block[position % rows.blockSize], rows.facts).includes(wanted)) answers.push(position);
    if (performance.now() - last > 50) {
      if (!progress(k / positions.length)) return null;
      await new Promise((go) => setTimeout(go)); // the page answers meanwhile
      last = performance.now();
    }
  }
  return answers;
}
