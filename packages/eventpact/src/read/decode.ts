import { isUtf8 } from "node:buffer";
import type { Span } from "../diagnostics/diagnostic.ts";

/** Bytes as text, and where they are no UTF-8: then the text is only good for showing the place. */
export interface Decoded {
  readonly text: string;
  readonly fault?: { readonly message: string; readonly hint: string; readonly span: Span };
}

const lossy = new TextDecoder("utf-8");
const top: Span = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** Reads UTF-8, with or without a byte order mark. Every other encoding is a fault at its first byte that says so. */
export function decodeUtf8(bytes: Uint8Array): Decoded {
  const other = otherEncoding(bytes);
  if (other !== undefined) {
    const text = other.startsWith("UTF-16") ? new TextDecoder(other.toLowerCase()).decode(bytes) : lossy.decode(bytes);
    return { text, fault: { message: `The file is written in ${other}, not in UTF-8.`, hint: saveAs, span: top } };
  }
  const text = lossy.decode(bytes);
  if (isUtf8(bytes)) return { text };
  const { byte, span } = firstBadByte(bytes);
  const message = `The byte 0x${byte.toString(16).padStart(2, "0").toUpperCase()} here is not UTF-8.`;
  return { text, fault: { message, hint: saveAs, span } };
}

const saveAs = "Save the file as UTF-8.";

/** UTF-16 and UTF-32 give themselves away by a byte order mark, or by every other byte of the first letters being zero. */
function otherEncoding(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "UTF-32LE" : "UTF-16LE";
  if (a === 0xfe && b === 0xff) return "UTF-16BE";
  if (a === 0 && b === 0 && (c === 0xfe || c === 0)) return "UTF-32BE";
  if (a === 0 && b !== undefined && b !== 0) return "UTF-16BE";
  if (b === 0 && a !== undefined && a !== 0) return c === 0 && d === 0 ? "UTF-32LE" : "UTF-16LE";
  return undefined;
}

function firstBadByte(bytes: Uint8Array): { byte: number; span: Span } {
  let start = 0;
  for (let line = 1; start <= bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const row = bytes.subarray(start, end < 0 ? bytes.length : end);
    if (!isUtf8(row)) {
      const { column, at } = firstBadIn(row);
      return { byte: row[at] ?? 0, span: { line, column, endLine: line, endColumn: column + 1 } };
    }
    if (end < 0) break;
    start = end + 1;
  }
  return { byte: 0, span: top };
}

/** The replacement character stands for the bad bytes, unless it is written itself. */
function firstBadIn(row: Uint8Array): { column: number; at: number } {
  const encoder = new TextEncoder();
  let [column, at] = [1, 0];
  for (const letter of new TextDecoder("utf-8", { ignoreBOM: true }).decode(row)) {
    const expected = encoder.encode(letter);
    if (!expected.every((byte, index) => row[at + index] === byte)) break;
    at += expected.length;
    column += letter.length;
  }
  return { column, at };
}
