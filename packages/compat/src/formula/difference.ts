import { ALL } from "./node.ts";
import type { Node, NodeOf } from "./node.ts";
import type { FormulaStore } from "./store.ts";

const MAX_DEPTH = 200;

/**
 * What is left of `not reader` beside `writer`: a formula that, with the writer's, says the same. What both demand cannot be
 * refused, so it is not even negated; of a property that both describe, only what the reader's description adds.
 */
export function refusedBeside(
  store: FormulaStore,
  writer: Node,
  reader: Node,
  depth = 0,
  known = new Map<string, Node>(),
): Node {
  // Once for each pair, however many references lead to it.
  const pair = `${writer.id} ${reader.id}`;
  const before = known.get(pair);
  if (before !== undefined) return before;
  const found = refused(store, writer, reader, depth, known);
  known.set(pair, found);
  return found;
}

type Known = Map<string, Node>;

function refused(store: FormulaStore, writer: Node, reader: Node, depth: number, known: Known): Node {
  if (writer === reader || reader === store.always) return store.never;
  if (depth > MAX_DEPTH) return store.not(reader);
  const demanded = new Set(writer.kind === "and" ? writer.parts : [writer]);
  const parts = reader.kind === "and" ? reader.parts : [reader];
  if (parts.every((part) => demanded.has(part))) return store.never;
  const atoms = new Map<string, Atom>();
  for (const part of demanded) {
    const atom = atomOf(part);
    if (atom !== undefined) atoms.set(aboutWhat(atom), atom);
  }
  return store.or(
    parts.filter((part) => !demanded.has(part)).map((part) => refusedPart(store, atoms, part, depth, known)),
  );
}

type Atom = NodeOf<"allNames"> | NodeOf<"every">;

/** Equal for demands on the same properties or items. */
function aboutWhat(atom: Atom): string {
  return atom.kind === "allNames" ? `names ${atom.names.id}` : `items ${atom.from}-${atom.to}`;
}

function refusedPart(
  store: FormulaStore,
  atoms: ReadonlyMap<string, Atom>,
  part: Node,
  depth: number,
  known: Known,
): Node {
  const atom = atomOf(part);
  const same = atom === undefined ? undefined : atoms.get(aboutWhat(atom));
  if (atom === undefined || same === undefined) return store.not(part);
  const inner = refusedBeside(store, same.inner, atom.inner, depth + 1, known);
  const some = atom.kind === "allNames" ? store.someName(atom.names, inner) : store.some(atom.from, atom.to, inner);
  // Where the part is the atom itself it demands the type, too, and the writer's may not.
  return part === atom ? store.or([store.types(ALL & ~atom.mask), some]) : some;
}

/** What is demanded of every property of some names, or of every item at some places, if the value is an object or array. */
function atomOf(node: Node): Atom | undefined {
  if (node.kind === "allNames" || node.kind === "every") return node;
  if (node.kind !== "or" || node.parts.length !== 2) return undefined;
  const [first, second] = node.parts;
  const [types, atom] = first?.kind === "types" ? [first, second] : [second, first];
  if (types?.kind !== "types" || (atom?.kind !== "allNames" && atom?.kind !== "every")) return undefined;
  // "Of another type, or the atom": the types leave nothing out but the atom's own.
  return (types.mask | atom.mask) === ALL ? atom : undefined;
}
