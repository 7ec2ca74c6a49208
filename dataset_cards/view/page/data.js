// The data of the page: blocks of compressed JSON. A block of rows is unpacked when one of its rows is shown or searched.

async function unpack(id) {
  const text = atob(byId(id).textContent);
  const bytes = new Uint8Array(text.length);
  for (let k = 0; k < text.length; k++) bytes[k] = text.charCodeAt(k);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

/** The rows of one language, and the columns that they are found by. */
class LanguageRows {
  #blocks = new Map(); // block number -> promise of its rows; only the blocks used last are kept

  static KEPT_BLOCKS = 24;

  constructor(number, facts, index, blockSize) {
    Object.assign(this, { number, facts, index, blockSize });
  }

  static async open(number, facts, blockSize) {
    return new LanguageRows(number, facts, await unpack(`index-${number}`), blockSize);
  }

  blockOf(position) {
    return Math.floor(position / this.blockSize);
  }

  block(number) {
    const rows = this.#blocks.get(number) ?? unpack(`rows-${this.number}-${number}`);
    this.#blocks.delete(number);
    this.#blocks.set(number, rows); // the block used last stands last
    if (this.#blocks.size > LanguageRows.KEPT_BLOCKS) this.#blocks.delete(this.#blocks.keys().next().value);
    return rows;
  }

  /** One row: what every corpus has of the sentence, null where one lacks it. */
  async row(position) {
    return (await this.block(this.blockOf(position)))[position % this.blockSize];
  }
}
