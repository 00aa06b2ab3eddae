import { posix } from "node:path";
import { parseDocument } from "yaml";
import { UsageError } from "../command-line/command.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { EventVersion, Model, Operation } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import { refTarget, resolvePlace, valueOf } from "../read/resolve.ts";
import type { Draft, NewPlan } from "./plan.ts";
import { change, create, draftOf, pathOf } from "./plan.ts";
import { listInChannels } from "./wiring.ts";
import type { Path } from "./yaml-edit.ts";
import { appendToList, removeFromList, setScalar } from "./yaml-edit.ts";

export interface NewVersionAnswers {
  readonly eventType: string;
  /** What becomes of the version before: `retained` is sent no longer, the others still are. */
  readonly previous: "retained" | "deprecated" | "active";
}

/** The next version of an event: a copy of the newest, listed and received wherever that one is, and sent in its place. */
export function planNewVersion(model: Model, { eventType, previous }: NewVersionAnswers): NewPlan {
  const newest = newestVersion(model, eventType);
  const version = (newest.version ?? 0) + 1;
  const key = `${eventType}.v${version}`;
  const file = nextFile(newest, version);
  const draft = draftOf(model);
  create(draft, file, nextText(model, newest, key, version));
  for (const topic of newest.topics) listInChannels(draft, topic, key, file);
  for (const operation of model.operations) {
    if (!operation.events.includes(newest.key)) continue;
    replaceOrAdd(draft, operation, newest.key, key, operation.action === "send" && previous === "retained");
  }
  if (previous !== newest.lifecycle)
    change(draft, newest.file, (text) => setScalar(text, [...pathOf(newest.place), "x-lifecycle"], previous));
  const constructor = eventType.charAt(0).toLowerCase() + eventType.slice(1);
  return {
    changes: draft.changes,
    made: key,
    steps: [
      `Change what the new version carries: payload and examples in ${file} (it begins as a copy of ${newest.key}).`,
      "Then: eventpact check && eventpact generate.",
      ...newest.senders.map((service) =>
        previous === "retained"
          ? `${service}: ${constructor}(…) makes the new version now; ${newest.key} is sent no longer.`
          : `${service}: ${constructor}(…) makes the new version, ${constructor}V${newest.version}(…) the one before.`,
      ),
      ...newest.receivers.map(
        (service) =>
          `${service}: handle both, with a row "${key}" beside "${newest.key}", or an upcaster in its place.`,
      ),
    ],
  };
}

function newestVersion(model: Model, eventType: string): EventVersion {
  const versions = model.events.filter((event) => event.eventType === eventType && event.version !== undefined);
  const newest = versions.toSorted((a, b) => (b.version ?? 0) - (a.version ?? 0))[0];
  if (!newest) {
    if (model.events.some((event) => event.eventType === eventType))
      throw new UsageError(
        `${eventType} has no version, so that there is no next one.`,
        `Give it one first: call the message ${eventType}.v1, or pin "version" in its payload as a constant.`,
      );
    const types = [...new Set(model.events.map((event) => event.eventType))];
    throw new UsageError(
      `There is no event ${eventType}.`,
      didYouMean(eventType, types) ?? `There are: ${types.join(", ")}.`,
    );
  }
  if (newest.pointer !== "") {
    throw new UsageError(
      `${newest.key} is written inside of ${newest.file}.`,
      "Move it to a file of its own and refer to it, then begin the next version.",
    );
  }
  return newest;
}

function nextFile({ file, version }: EventVersion, next: number): string {
  const name = posix.basename(file);
  const renamed = name.replace(new RegExp(`v${version}(?=\\.[a-z]+$)`, "i"), `v${next}`);
  const fallback = name.replace(/(\.[a-z]+)$/i, `.v${next}$1`);
  return posix.join(posix.dirname(file), renamed === name ? fallback : renamed);
}

/** The newest version's own text, comments inside included, with another name and number wherever it says them. */
function nextText(model: Model, event: EventVersion, key: string, version: number): string {
  const source = model.sources.files.get(event.file);
  let text = withoutHeadComment(source?.text ?? "");
  const value = parseDocument(text).toJS() as Json;
  for (const path of scalarsToChange(value, event)) text = setScalar(text, path.path, path.isKey ? key : version);
  text = setScalar(text, ["name"], key);
  return setScalar(text, ["x-lifecycle"], "active");
}

/** Paths of the event's key and of its version as constant and in examples. */
function scalarsToChange(value: Json, { key, version }: EventVersion): readonly { path: Path; isKey: boolean }[] {
  const found: { path: Path; isKey: boolean }[] = [];
  const visit = (node: Json, path: Path): void => {
    if (node === key && path.length > 1) found.push({ path, isKey: true });
    if (node === version && saysVersion(path)) found.push({ path, isKey: false });
    if (Array.isArray(node)) node.forEach((item: Json, at) => visit(item, [...path, at]));
    else if (isObject(node)) for (const [name, item] of Object.entries(node)) visit(item, [...path, name]);
  };
  visit(value, []);
  return found;
}

/** The envelope's constant in the schema, or its value in an example; never a `version` inside of `data`. */
function saysVersion(path: Path): boolean {
  if (path.includes("data")) return false;
  const [top, , inside] = path;
  if (top === "examples") return inside === "payload" && path.length === 4 && path[3] === "version";
  const tail = path.slice(-3).join("/");
  return top === "payload" && (tail === "properties/version/const" || tail === "version/enum/0");
}

/** What stands above the first key speaks of the version that was copied. */
function withoutHeadComment(text: string): string {
  return text.replace(/^(?:[ \t]*(?:#.*)?\r?\n)+/, "");
}

/** Writes the new version into an operation's list of messages, in the place of the old one or after it. */
function replaceOrAdd(draft: Draft, operation: Operation, oldKey: string, key: string, isReplaced: boolean): void {
  const { sources } = draft.model;
  const messages = own(valueOf(sources, operation.place), "messages");
  // Without a list, an operation means everything in its channel.
  if (!Array.isArray(messages) || operation.channel === undefined) return;
  const path = [...pathOf(operation.place), "messages"];
  const at = operation.events.indexOf(oldKey);
  const index = messages.findIndex((message: Json) =>
    meansPlace(draft, operation, message, operation.messagePlaces[at]),
  );
  const reference = {
    $ref: `#${childPointer(childPointer("/channels", operation.channel), "messages")}${childPointer("", key)}`,
  };
  change(draft, operation.place.file, (text) => {
    const added = appendToList(text, path, reference);
    return isReplaced && index >= 0 ? removeFromList(added, path, index) : added;
  });
}

function meansPlace(
  draft: Draft,
  operation: Operation,
  message: Json,
  wanted: { file: string; pointer: string } | undefined,
): boolean {
  const ref = own(message, "$ref");
  if (typeof ref !== "string" || !wanted) return false;
  const { sources } = draft.model;
  const target = refTarget(operation.place.file, ref);
  const found = target.kind === "local" ? resolvePlace(sources, target.place) : undefined;
  const expected = resolvePlace(sources, wanted);
  return found !== undefined && found.file === expected?.file && found.pointer === expected.pointer;
}
