import { keysAt } from "../../model/channels.ts";
import { isInData } from "../../model/data-places.ts";
import { expanded } from "../../model/expanded.ts";
import type { AsyncApiDocument, Model } from "../../model/types.ts";
import { canonicalJson } from "../../read/json.ts";
import { childPointer } from "../../read/pointer.ts";
import { referencesIn, refTarget, resolveChild } from "../../read/resolve.ts";
import type { Place } from "../../read/sources.ts";
import { draft } from "../draft.ts";
import type { Draft } from "../types.ts";

/**
 * Components count where they are referred to, and are compared there. One that nothing refers to, or of which only a part is
 * referred to, is told when it changes: nobody can be hit by it. Messages are events of their own.
 */
export function componentDrafts(older: Model, newer: Model): readonly Draft[] {
  const after = new Map(newer.documents.map((document) => [document.service, document]));
  return older.documents.flatMap((document) => {
    const now = after.get(document.service);
    if (!now) return [];
    const [before, components] = [componentsOf(document, older), componentsOf(now, newer)];
    const [usedBefore, usedNow] = [usedPlaces(older), usedPlaces(newer)];
    return [...new Set([...before.keys(), ...components.keys()])].flatMap((name) => {
      const [was, is] = [before.get(name), components.get(name)];
      if ((was && isUsed(was, usedBefore)) || (is && isUsed(is, usedNow))) return [];
      const [from, to] = [
        was && canonicalJson(expanded(older.sources, was)),
        is && canonicalJson(expanded(newer.sources, is)),
      ];
      if (from === to) return [];
      const said = from === undefined ? "is new" : to === undefined ? "is gone" : "changed";
      return [
        draft(
          {
            code: "component-changed",
            level: "info",
            subject: { kind: "service", name: document.service },
            message: `The component ${name} ${said}; nothing refers to it.`,
            ...(was ? { older: was } : {}),
            ...(is ? { newer: is } : {}),
          },
          [name, said],
        ),
      ];
    });
  });
}

function componentsOf(document: AsyncApiDocument, { sources }: Model): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>();
  const components = resolveChild(sources, document.place, "components");
  for (const kind of keysAt(sources, components)) {
    const all = components && kind !== "messages" ? resolveChild(sources, components, kind) : undefined;
    for (const name of keysAt(sources, all))
      if (all) found.set(`${kind}/${name}`, { file: all.file, pointer: childPointer(all.pointer, name) });
  }
  return found;
}

const known = new WeakMap<Model, ReadonlySet<string>>();

/** Every place that something live refers to: what documents say outside of their components, and what that refers to in turn. */
function usedPlaces(model: Model): ReadonlySet<string> {
  let used = known.get(model);
  if (!used) known.set(model, (used = findUsed(model)));
  return used;
}

function findUsed({ sources, documents }: Model): ReadonlySet<string> {
  const files = new Set(documents.map(({ file }) => file));
  const used = new Set<string>();
  const queue: Place[] = documents.map(({ place }) => place);
  for (let place = queue.pop(); place; place = queue.pop()) {
    const { file, pointer } = place;
    for (const { pointer: at, keyword, ref } of referencesIn(sources.files.get(file)?.value ?? null)) {
      if (keyword !== "$ref" || isInData(at) || !(at === pointer || at.startsWith(`${pointer}/`))) continue;
      // A document's components are live only where something live refers to them; its messages are events.
      if (pointer === "" && files.has(file) && /^\/components\/(?!messages\/)/.test(at)) continue;
      const target = refTarget(file, ref);
      if (target.kind !== "local" || used.has(`${target.place.file}#${target.place.pointer}`)) continue;
      used.add(`${target.place.file}#${target.place.pointer}`);
      queue.push(target.place);
    }
  }
  return used;
}

/** Referred to as a whole, by itself or with all around it. */
function isUsed({ file, pointer }: Place, used: ReadonlySet<string>): boolean {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) if (used.has(`${file}#${at}`)) return true;
  return used.has(`${file}#`) && !pointer.startsWith("/components/");
}
