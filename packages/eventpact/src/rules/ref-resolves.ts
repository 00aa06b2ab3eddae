import { posix } from "node:path";
import { nearest } from "../diagnostics/suggest.ts";
import { isObject } from "../read/json.ts";
import { childPointer, pointerTokens, valueAt } from "../read/pointer.ts";
import { isInData } from "../model/data-places.ts";
import { refTarget, refsIn, resolvePlace } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";
import type { Rule } from "./rule.ts";

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
            hint: "Put an eventpact.yaml into the folder that contains both files; it marks the project's root.",
          });
        else if (target.kind === "malformed")
          report({ place, message: `"${ref}" is not a reference: ${target.reason}.` });
        else if (!resolvePlace(model.sources, { file: file.path, pointer }))
          report({ place, ...explain(model.sources, ref, target.place) });
      }
    }
  },
};

/** What is missing on the way to the target, and what is there instead. */
function explain(sources: Sources, ref: string, target: Place): { message: string; hint?: string | undefined } {
  const file = sources.files.get(target.file);
  if (!file) {
    const found = nearest(target.file, sources.listed) ?? sameName(sources, target.file);
    return { message: `"${ref}": there is no file ${target.file}.`, hint: found && `Did you mean ${found}?` };
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
  return { message: `"${ref}" leads back to itself.`, hint: "One of the references in the circle must be an object." };
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
