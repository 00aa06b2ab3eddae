import type { Json } from "../../read/json.ts";
import { canonicalJson } from "../../read/json.ts";
import { draft } from "../draft.ts";
import type { Draft, Level } from "../types.ts";
import type { Node } from "./layers.ts";
import { childOf, fieldsOf, placeIn, valueIn } from "./layers.ts";
import type { Elsewhere, Judged, Row } from "./row.ts";
import { securityDrafts } from "./security.ts";
import { rowOf } from "./table.ts";
import { levelOf, shortText } from "./values.ts";

/** Whose fields are compared, and what is told of them already. */
export interface Walk {
  readonly subject: Draft["subject"];
  /** In sentences: "the channel orders". */
  readonly owner: string;
  readonly events: readonly string[];
  /** Whether one of these codes is told of the subject. */
  readonly isTold: (codes: readonly string[]) => boolean;
  /** A JSON Schema of a binding on both sides, judged. */
  readonly judged: (was: Node | undefined, is: Node | undefined, name: string) => readonly Draft[];
}

/**
 * Every difference of two objects of one kind, field by field, as the table judges it. What code of its own judges is told here only
 * where that code found nothing to tell, so that no difference goes unsaid.
 */
export function compareFields(
  walk: Walk,
  type: string,
  was: Node | undefined,
  is: Node | undefined,
  skip: ReadonlySet<string> = new Set(),
  path: readonly string[] = [],
): readonly Draft[] {
  const names = new Set([...(was ? fieldsOf(was) : []), ...(is ? fieldsOf(is) : [])]);
  return [...names].flatMap((name) => {
    if (skip.has(name)) return [];
    const [before, after] = [was && childOf(was, name), is && childOf(is, name)];
    return before || after ? compareField(walk, rowOf(type, name), before, after, [...path, name]) : [];
  });
}

function compareField(
  walk: Walk,
  row: Row,
  was: Node | undefined,
  is: Node | undefined,
  path: readonly string[],
): readonly Draft[] {
  if ("type" in row)
    return row.kind === "object"
      ? compareFields(walk, row.type, was, is, undefined, path)
      : compareEach(walk, row.type, was, is, path);
  // What needs no word is not looked at: behind a reference may be the whole folder.
  if ("codes" in row && (row.otherwise === undefined || walk.isTold(row.codes))) return [];
  const [from, to] = [was && valueIn(was), is && valueIn(is)];
  if (canonicalJson(from ?? null) === canonicalJson(to ?? null) && (from === undefined) === (to === undefined))
    return [];
  if (row.kind === "judged") return [changed(walk, row, was, is, path, levelOf(row.levels, from, to))];
  if (row.codes.includes("security-changed") && path.at(-1) === "security") {
    const drafts = securityDrafts(walk, was, is);
    if (drafts.length > 0) return drafts;
  }
  return row.kind === "schema" ? schemaField(walk, row, was, is, path) : elsewhere(walk, row, was, is, path);
}

function compareEach(
  walk: Walk,
  type: string,
  was: Node | undefined,
  is: Node | undefined,
  path: readonly string[],
): readonly Draft[] {
  const names = new Set([...(was ? fieldsOf(was) : []), ...(is ? fieldsOf(is) : [])]);
  return [...names].flatMap((name) =>
    compareFields(walk, type, was && childOf(was, name), is && childOf(is, name), undefined, [...path, name]),
  );
}

function schemaField(
  walk: Walk,
  row: Elsewhere,
  was: Node | undefined,
  is: Node | undefined,
  path: readonly string[],
): readonly Draft[] {
  const found = walk.judged(was, is, path.slice(1).join("."));
  return found.length > 0 ? found : elsewhere(walk, row, was, is, path);
}

function elsewhere(
  walk: Walk,
  row: Elsewhere,
  was: Node | undefined,
  is: Node | undefined,
  path: readonly string[],
): readonly Draft[] {
  return row.otherwise === undefined ? [] : [changed(walk, row, was, is, path, row.otherwise)];
}

function changed(
  walk: Walk,
  row: Judged | Elsewhere,
  was: Node | undefined,
  is: Node | undefined,
  path: readonly string[],
  level: Level,
): Draft {
  const [from, to] = [was && valueIn(was), is && valueIn(is)];
  const isBinding = path[0] === "bindings";
  const isWords = row.kind === "judged" && row.code === "annotation-changed";
  const code = (row.kind === "judged" ? row.code : undefined) ?? (isBinding ? "binding-changed" : "field-changed");
  const name = `${isBinding ? "binding " : ""}${path.slice(isBinding ? 1 : 0).join(".")}`;
  const [older, newer] = [was && placeIn(was), is && placeIn(is)];
  const who = row.hurt === "nobody" || level === "info" ? "" : ` ${capital(hurtText[row.hurt])} may be hit.`;
  return draft(
    {
      code,
      level,
      subject: walk.subject,
      message: isWords
        ? `The ${name} of ${walk.owner} changed.`
        : `The ${name} of ${walk.owner} ${said(from, to)}.${who}`,
      ...(isWords ? {} : { hint: row.why }),
      events: walk.events,
      directions: level === "breaking" || level === "undecided" ? directionsOf[row.hurt] : [],
      ...(older ? { older } : {}),
      ...(newer ? { newer } : {}),
    },
    [path.join("/"), shortText(from ?? null), shortText(to ?? null)],
  );
}

const hurtText = { sender: "senders", receiver: "receivers", both: "senders and receivers", nobody: "nobody" } as const;

const directionsOf = {
  sender: ["forward"],
  receiver: ["backward"],
  both: ["backward", "forward"],
  nobody: [],
} as const;

function said(from: Json | undefined, to: Json | undefined): string {
  if (from === undefined) return `is ${shortText(to ?? null)} now`;
  if (to === undefined) return `was ${shortText(from)} and is not said any more`;
  return `was ${shortText(from)} and is ${shortText(to)} now`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
