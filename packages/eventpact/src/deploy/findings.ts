import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/types.ts";
import { childPointer } from "../read/pointer.ts";
import { spanAt } from "../read/sources.ts";
import { whenWords } from "./render-plan.ts";
import type { Retirement } from "./retire.ts";
import { dayAfter } from "./time.ts";

/** The finding for a version that left the documents too early, at the messages of the topic that it left. */
export function retiredEarly(
  model: Model,
  { event, topic, environment, from, earliest, obstacles }: Retirement,
): Diagnostic {
  const home = model.topics.find(({ name }) => name === topic)?.place ?? model.documents[0]?.place;
  const place = home && { file: home.file, pointer: childPointer(home.pointer, "messages") };
  const told = obstacles.map(
    ({ message, until }) => `${message}${until === null ? "" : ` (until ${dayAfter(until)})`}`,
  );
  return {
    code: "event-retired-early",
    severity: "error",
    file: place?.file ?? model.folder,
    ...(place ? spanAt(model.sources, place, "key") : { line: 1, column: 1, endLine: 1, endColumn: 1 }),
    message: `${event} left ${topic}, but ${environment} is not done with it: ${whenWords(from, earliest)}. In the way: ${told.join("; ")}.`,
    hint: `Put its description back until then; eventpact plan --against ${environment} shows how far it is.`,
  };
}
