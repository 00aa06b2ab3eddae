import { posix } from "node:path";
import { nearest } from "../diagnostics/suggest.ts";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { childPointer, pointerTokens, valueAt } from "../read/pointer.ts";
import { isInData } from "../model/data-places.ts";
import { follow, refTarget, refsIn, resolvePlace } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";
import type { Finding, Rule } from "./rule.ts";

export const refResolves: Rule = {
  code: "ref-resolves",
  category: "specification",
  severity: "error",
  title: "Every $ref leads to something in the project.",
  why: "A reference that leads nowhere leaves a hole: the message has no payload, the operation no channel. References to other machines are not followed: a check must give the same answer tomorrow, without a network.",
  check(model, report) {
    for (const file of model.sources.files.values()) {
      for (const { pointer, ref } of refsIn(file.value)) {
        if (isInData(pointer)) continue;
        const place: Place = { file: file.path, pointer: childPointer(pointer, "$ref") };
        const target = refTarget(file.path, ref);
        if (target.kind === "remote")
          report({
            place,
            message: `"${ref}" is on another machine; only files of the project are read.`,
            hint: "Copy the schema into the folder and refer to the copy.",
          });
        else if (target.kind === "outside")
          report({
            place,
            message: `"${ref}" leads out of the project.`,
            hint:
              meantFragment(file.value, ref) ??
              "Put an eventpact.yaml into the folder that contains both files; it marks the project's root.",
          });
        else if (target.kind === "malformed")
          report({
            place,
            message: `"${ref}" is not a reference: ${target.reason}.`,
            hint: meantFragment(file.value, ref),
          });
        else {
          const finding = findingAt(model.sources, { file: file.path, pointer }, ref, target.place);
          if (finding) report({ place, ...finding });
        }
      }
    }
  },
};

type Explained = Pick<Finding, "message" | "hint">;

/** Nothing where the reference resolves, where another one on its way is what is broken, or its file could not be read. */
function findingAt(sources: Sources, holder: Place, ref: string, target: Place): Explained | undefined {
  const end = follow(sources, holder);
  const isHere = (place: Place | undefined): boolean => place?.file === holder.file && place.pointer === holder.pointer;
  if (end.kind === "broken" && isHere(end.at)) return explain(sources, ref, holder, target);
  if (end.kind !== "circle") return undefined;
  const [first] = end.members.toSorted((a, b) => (`${a.file}#${a.pointer}` < `${b.file}#${b.pointer}` ? -1 : 1));
  if (!isHere(first)) return undefined;
  return { message: `"${ref}" leads back to itself.`, hint: "One of the references in the circle must be an object." };
}

/** `/channels/orders`, `channels/orders` and `#channels/orders` lack the "#/" of a reference into the same file. */
function meantFragment(root: Json, ref: string): string | undefined {
  const pointer = `/${ref.replace(/^#?\/?/, "")}`;
  const [first, ...rest] = pointerTokens(pointer);
  if (first === undefined || own(root, first) === undefined) return undefined;
  if (valueAt(root, pointer) !== undefined) return `Write "#${pointer}".`;
  const parent = `/${[first, ...rest.slice(0, -1)].join("/")}`;
  const keys = valueAt(root, parent);
  const found = isObject(keys) ? nearest(rest.at(-1) ?? "", Object.keys(keys)) : undefined;
  return found === undefined ? 'A reference into the same file begins with "#/".' : `Write "#${parent}/${found}".`;
}

/** What is missing on the way to the target, and what is there instead. */
function explain(sources: Sources, ref: string, holder: Place, target: Place): Explained {
  const file = sources.files.get(target.file);
  if (!file) {
    const meant = meantFragment(sources.files.get(holder.file)?.value ?? null, ref);
    const others = [...sources.listed].filter((path) => path !== holder.file);
    const found = nearest(target.file, others) ?? sameName(sources, target.file);
    const message = `"${ref}": there is no file ${target.file}.`;
    return { message, hint: meant ?? (found && `Did you mean ${found}?`) };
  }
  let pointer = "";
  for (const token of pointerTokens(target.pointer)) {
    const parent = resolvePlace(sources, { file: target.file, pointer });
    const next = childPointer(pointer, token);
    if (!resolvesAt(sources, { file: target.file, pointer: next })) {
      const value = parent && valueAt(sources.files.get(parent.file)?.value, parent.pointer);
      const keys = isObject(value) ? Object.keys(value) : [];
      const found = nearest(token, keys);
      const where = pointer === "" ? target.file : `"${pointer.slice(1)}"`;
      return {
        message: `"${ref}" leads nowhere: ${where} has no "${token}".`,
        hint: found
          ? `Did you mean "${found}"?`
          : keys.length > 0 && keys.length <= 12
            ? `It has: ${keys.join(", ")}.`
            : undefined,
      };
    }
    pointer = next;
  }
  return { message: `"${ref}" leads nowhere.` };
}

function resolvesAt(sources: Sources, place: Place): boolean {
  return (
    resolvePlace(sources, place) !== undefined ||
    valueAt(sources.files.get(place.file)?.value, place.pointer) !== undefined
  );
}

function sameName(sources: Sources, path: string): string | undefined {
  return [...sources.listed].find((other) => posix.basename(other) === posix.basename(path));
}
