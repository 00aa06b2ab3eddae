import { posix } from "node:path";
import { UsageError } from "../command-line/command.ts";
import { isPastTense, toPastTense } from "../model/tense.ts";
import { kebabCase } from "../model/naming.ts";
import type { Model } from "../model/types.ts";
import type { EventAnswers } from "./event-text.ts";
import { eventLike, eventText } from "./event-text.ts";
import type { NewPlan } from "./plan.ts";
import { create, draftOf } from "./plan.ts";
import { addOperation, channelIn, channelsOf, createTopic, documentOf, listInChannels } from "./wiring.ts";

export interface NewEventAnswers extends EventAnswers {
  /** The service that sends it. */
  readonly service: string;
  readonly topic: string;
  readonly receivers: readonly string[];
}

/** A first version of a new event: its file, its place in the topic, a send operation and receive operations. */
export function planNewEvent(model: Model, answers: NewEventAnswers): NewPlan {
  const { eventType, service, topic, receivers } = answers;
  checkEventType(model, eventType);
  if (!/^[A-Za-z_]\w*$/.test(answers.key))
    throw new UsageError(`"${answers.key}" cannot be the name of a property.`, "Names look like orderId.");
  const document = documentOf(model, service);
  const readers = receivers.map((receiver) => documentOf(model, receiver));
  const writers = model.topics.find(({ name }) => name === topic)?.writers ?? [];
  if (writers.some((writer) => writer !== service)) {
    throw new UsageError(
      `${topic} is written by ${writers.join(" and ")}; a topic has one writer.`,
      "Name another with --topic; it is made when it is not there.",
    );
  }
  const draft = draftOf(model);
  const like = eventLike(model, service);
  const key = `${eventType}.v1`;
  const folder = like ? posix.dirname(like.file) : posix.join(model.folder, "events");
  const file = posix.join(folder, `${kebabCase(eventType)}.v1.yaml`);
  create(draft, file, eventText(model, like, answers));
  const known = channelsOf(model, topic)[0]?.place;
  if (known) listInChannels(draft, topic, key, file);
  const place = known ?? createTopic(draft, document, topic, key, file);
  addOperation(draft, document, "send", eventType, channelIn(draft, document, topic, place), [key]);
  for (const reader of readers)
    addOperation(draft, reader, "receive", eventType, channelIn(draft, reader, topic, place), [key]);
  const constructor = eventType.charAt(0).toLowerCase() + eventType.slice(1);
  return {
    changes: draft.changes,
    made: key,
    steps: [
      `Say what it carries: payload.properties.data and the example in ${file}.`,
      "Then: eventpact check && eventpact generate.",
      `${service}: send it, as ${constructor}({ ${answers.key}, … }).`,
      ...(receivers.length > 0
        ? receivers.map((receiver) => `${receiver}: handle it, with a row "${key}" in its table of handlers.`)
        : ["Nobody receives it yet: add a receive operation to the document of whoever should."]),
    ],
  };
}

function checkEventType(model: Model, eventType: string): void {
  if (!/^[A-Z][A-Za-z\d]*$/.test(eventType)) {
    throw new UsageError(
      `"${eventType}" is not the name of an event.`,
      "Names look like OrderReturned, without a version.",
    );
  }
  if (!isPastTense(eventType))
    throw new UsageError(
      `"${eventType}" is not in the past tense.`,
      toPastTense(eventType) ?? "Say what has happened.",
    );
  if (model.events.some((event) => event.eventType === eventType)) {
    throw new UsageError(`${eventType} is there already.`, `For its next version: eventpact new version ${eventType}.`);
  }
}
