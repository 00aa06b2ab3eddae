import { posix } from "node:path";
import type { FileSystem } from "../read/file-system.ts";
import type { Side } from "./side.ts";

/**
 * Most events of a change are as they were, and so is all that they refer to: whatever they say, it is the same on both sides.
 * Such a message is settled without parsing it: both sides see its face, the plain fields at its top (name, lifecycle, content
 * type), and not its schemas. That takes a sure sign: the same bytes, in a file that no other refers into, mentioning no
 * file that changed, directly or through others. Where anything but messages and their schemas changed, all is read in full.
 */
export async function settleUnchanged(older: Side, newer: Side, folder: string): Promise<{ older: Side; newer: Side }> {
  const [before, after] = await Promise.all([
    textsOf(older.fileSystem, older.folder ?? folder),
    textsOf(newer.fileSystem, newer.folder ?? folder),
  ]);
  const isMoved = (older.folder ?? folder) !== (newer.folder ?? folder);
  const faces = isMoved ? new Map<string, Uint8Array>() : settledFaces(before, after);
  const seen = (side: Side, texts: Texts): Side => ({ ...side, fileSystem: showing(side.fileSystem, texts, faces) });
  return { older: seen(older, before), newer: seen(newer, after) };
}

/** Path → bytes and text of the documents and what may be a part of one. */
type Texts = ReadonlyMap<string, { readonly bytes: Uint8Array; readonly text: string }>;

async function textsOf(fileSystem: FileSystem, folder: string): Promise<Texts> {
  const paths = (await fileSystem.list(folder)).filter((path) => /\.(ya?ml|json)$/i.test(path));
  const read = await Promise.all(paths.map(async (path) => [path, await fileSystem.read(path)] as const));
  // One character a byte: enough to look for names of files, and fast.
  return new Map(
    read.flatMap(([path, bytes]) =>
      bytes ? [[path, { bytes, text: Buffer.from(bytes).toString("latin1") }] as const] : [],
    ),
  );
}

function showing(fileSystem: FileSystem, texts: Texts, faces: ReadonlyMap<string, Uint8Array>): FileSystem {
  return {
    list: (folder) => fileSystem.list(folder),
    read: async (path) => faces.get(path) ?? texts.get(path)?.bytes ?? fileSystem.read(path),
  };
}

function settledFaces(before: Texts, after: Texts): ReadonlyMap<string, Uint8Array> {
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  const changed = new Set(paths.filter((path) => before.get(path)?.text !== after.get(path)?.text));
  const faces = new Map<string, Uint8Array>();
  for (const path of changed) if (!isPlainPart(before.get(path)?.text, after.get(path)?.text)) return faces;
  const mentions = new Map([...after].map(([path, { text }]) => [path, mentionsIn(path, text, after)]));
  const entered = new Set<string>();
  for (const { into, isSure } of mentions.values()) {
    // Where references cannot be made out, any file may be one that is referred into.
    if (into === undefined && !isSure) return faces;
    for (const name of into ?? []) entered.add(name);
  }
  const affected = affectedBy(changed, mentions);
  for (const [path, { text }] of after) {
    const face = affected.has(path) || [...entered].some((name) => path.endsWith(name)) ? undefined : faceOf(text);
    if (face !== undefined) faces.set(path, Buffer.from(face, "latin1"));
  }
  return faces;
}

/** A message or a schema on both sides, under the same name: who sends and who receives what cannot have changed by it. */
function isPlainPart(before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const names = [before, after].map((text) => /^["']?name["']?\s*:.*$/m.exec(text)?.[0]);
  return names[0] === names[1] && ![before, after].some((text) => hub.test(text));
}

/** What a file says that holds more than one message or one schema. */
const hub = /["']?\b(asyncapi|channels|operations|messages|traits)\b["']?\s*:/;
const fileName = /[\w./-]*[\w-]\.(?:ya?ml|json)\b(#\/)?/gi;
/** A reference whose file does not stand beside it as it is: written with escapes, over several lines, or without an ending. */
const disguised =
  /\$ref["']?\s*:(?!\s*["']?(?:#|[\w./-]+\.(?:ya?ml|json)\b))|\$ref["']?\s*:\s*["']?[^\s"']*[%\\]|"[^"\n]*\\[^"\n]*"\s*:|^\s*\? /im;

interface Mentions {
  /** Files of the folder that the text names; all that it refers to, where that is sure. */
  readonly files: readonly string[];
  readonly isSure: boolean;
  /** Ends of the paths of files that it refers into; undefined where that cannot be made out. */
  readonly into?: readonly string[];
}

function mentionsIn(path: string, text: string, known: Texts): Mentions {
  if (disguised.test(text)) return { files: [], isSure: false };
  const files: string[] = [];
  const into: string[] = [];
  let isSure = true;
  for (const [mention, fragment = ""] of text.matchAll(fileName)) {
    const name = mention.slice(0, mention.length - fragment.length);
    const file = posix.normalize(posix.join(posix.dirname(path), name));
    if (known.has(file)) files.push(file);
    // A file that is not in the folder may have changed without being listed.
    else isSure = false;
    if (fragment !== "") into.push(known.has(file) ? file : posix.basename(name));
  }
  return { files, isSure, into };
}

function affectedBy(changed: ReadonlySet<string>, mentions: ReadonlyMap<string, Mentions>): ReadonlySet<string> {
  const affected = new Set(changed);
  const users = new Map<string, string[]>();
  for (const [path, { files, isSure }] of mentions) {
    if (!isSure) affected.add(path);
    for (const file of new Set(files)) {
      const known = users.get(file);
      if (known) known.push(path);
      else users.set(file, [path]);
    }
  }
  const queue = [...affected];
  for (let path = queue.pop(); path !== undefined; path = queue.pop())
    for (const user of users.get(path) ?? [])
      if (!affected.has(user)) {
        affected.add(user);
        queue.push(user);
      }
  return affected;
}

/**
 * The plain fields at the top of a message in block style; undefined for a text of any other style, for which nothing is saved.
 */
function faceOf(text: string): string | undefined {
  if (!/^payload:/m.test(text) || /^(traits|asyncapi)\b/m.test(text) || hub.test(text)) return undefined;
  const kept: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line === "" || /^[ #]/.test(line)) continue;
    const field = /^([A-Za-z][\w-]*):(?: +(.*))?$/.exec(line);
    if (!field) return undefined;
    const value = field[2] ?? "";
    if (/[&*!|>{[]/.test(value.charAt(0)) || value === "" || value.startsWith("#")) continue;
    if (/^["']/.test(value) && !/^("[^"\\]*"|'[^']*')\s*(#.*)?$/.test(value)) return undefined;
    kept.push(line);
  }
  return kept.length > 0 ? `${kept.join("\n")}\n` : undefined;
}
