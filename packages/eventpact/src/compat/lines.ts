import { StringDecoder } from "node:string_decoder";

/** A line without its end; `tooLong` where it has more bytes than were allowed, and then no text. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly tooLong?: true;
}

/**
 * The lines of a stream of bytes (UTF-8, ends with LF or CRLF, a byte order mark is skipped), one at a time: whatever the
 * stream's length, no more than one line and one chunk is held. A line of more than `maxBytes` is skipped and said so.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Line> {
  let held: Buffer[] = [];
  let size = 0;
  let number = 0;
  const take = (): Line => {
    number += 1;
    const text = size > maxBytes ? "" : decode(Buffer.concat(held), number === 1);
    const line = size > maxBytes ? { number, text, tooLong: true as const } : { number, text };
    [held, size] = [[], 0];
    return line;
  };
  for await (const bytes of chunks) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      [held, size] = hold(held, size, chunk.subarray(start, end), maxBytes);
      yield take();
      start = end + 1;
    }
    [held, size] = hold(held, size, chunk.subarray(start), maxBytes);
  }
  if (size > 0) yield take();
}

/** Once a line is too long nothing more of it is kept. */
function hold(held: Buffer[], size: number, part: Buffer, maxBytes: number): [Buffer[], number] {
  const total = size + part.length;
  if (total > maxBytes) return [[], total];
  if (part.length > 0) held.push(Buffer.from(part));
  return [held, total];
}

function decode(bytes: Buffer, isFirst: boolean): string {
  const text = new StringDecoder("utf8").end(bytes);
  const begun = isFirst && text.startsWith("\uFEFF") ? text.slice(1) : text;
  return begun.endsWith("\r") ? begun.slice(0, -1) : begun;
}
