import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Model, Service } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { own } from "../read/json.ts";
import { linkFaults } from "./links.ts";
import type { CodePlace, Failure, FailureKind, TrialReport, TriedUpcaster, UpcasterFault } from "./types.ts";

interface Subject {
  readonly root: string;
  readonly model: Model;
  readonly service: Service;
  /** Relative to the root. */
  readonly module: string;
}

const codes: Readonly<Record<FailureKind, string>> = {
  invalid: "upcaster-invalid",
  throws: "upcaster-throws",
  endless: "upcaster-throws",
  "not-json": "upcaster-not-json",
  "changes-input": "upcaster-changes-input",
  unsteady: "upcaster-unsteady",
};

/** What the trial of a service's upcasters found, in words and with places. */
export function faultsOf(subject: Subject, report: TrialReport): readonly UpcasterFault[] {
  const { service } = subject;
  const { upcasters, handlers } = report;
  const links = linkFaults({ ...subject, links: upcasters, handlers }).map(
    ({ code, link, message, hint }): UpcasterFault => ({
      code,
      event: link.from,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...placeOf(subject, upcasters.find((one) => one === link)?.place),
    }),
  );
  const untried = upcasters.filter(
    (one) =>
      one.instances === 0 && !links.some(({ code, event }) => event === one.from && code !== "upcaster-unneeded"),
  );
  return [
    ...links,
    ...untried
      .filter(({ from }) => subject.model.events.some(({ key }) => key === from))
      .map(({ from, to, place }): UpcasterFault => ({
        code: "upcaster-untried",
        event: from,
        message: `${service.name}'s upcaster from ${from} to ${to} was not tried: no valid ${from} was found that could be read as ${to}.`,
        ...placeOf(subject, place),
      })),
    ...upcasters.flatMap((one) => one.failures.map((failure) => faultOf(subject, one, failure))),
  ];
}

/** The service's upcasters are not known at all. */
export function unloadable(subject: Subject, problem: string, place?: CodePlace): UpcasterFault {
  const { service, module } = subject;
  return {
    code: "upcaster-unloadable",
    message: `The upcasters of ${service.name} were not tried: ${module}: ${problem}`,
    hint: "The module of verify.upcasters exports the service, or a list `upcasters`; importing it starts nothing.",
    ...placeOf(subject, place),
  };
}

function faultOf(subject: Subject, upcaster: TriedUpcaster, failure: Failure): UpcasterFault {
  const { from, to, instances } = upcaster;
  const { kind, pointer = "", message, count, instance, answer } = failure;
  const name = `${subject.service.name}'s upcaster from ${from} to ${to}`;
  const what =
    kind === "invalid"
      ? `makes an invalid ${to}: at ${pointer === "" ? "its top" : pointer}: ${message}`
      : `is at fault: ${message}`;
  const many = `${count} of ${instances} instances tried`;
  const given = `${kind === "invalid" ? "Of" : "Given"} ${shown(dataOf(instance))}`;
  const made = answer === undefined ? "" : ` it made ${shown(answer)}`;
  return {
    code: codes[kind],
    event: from,
    message: `${name} ${what.replace(/\.$/, "")} (${many}).`,
    hint: `${given}${made}. ${wayOut(kind, from)}`,
    ...placeOf(subject, upcaster.place),
    instance,
    ...(answer === undefined ? {} : { answer }),
  };
}

const dataOf = (instance: Json): Json => own(instance, "data") ?? instance;

const MOST_SHOWN = 700;

const shown = (value: Json): string => {
  const text = JSON.stringify(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
};

function wayOut(kind: FailureKind, from: string): string {
  switch (kind) {
    case "invalid":
    case "throws":
    case "endless":
      return `Mend the upcaster for every valid ${from}, or give ${from} a row of its own.`;
    case "not-json":
      return "Answer plain data, at once.";
    case "changes-input":
      return "Answer a new object: { ...data, … }.";
    case "unsteady":
      return "Take what differs from the event itself: its timestamp, its eventId.";
  }
}

/** A place in a file of the repository; the module's first line where the code stands elsewhere. */
function placeOf(
  { root, module }: Subject,
  place: CodePlace | undefined,
): Pick<UpcasterFault, "file" | "line" | "column"> {
  if (place?.url.startsWith("file://") === true && !place.url.includes("/node_modules/")) {
    const file = relative(root, fileURLToPath(place.url)).split(sep).join("/");
    if (!file.startsWith("..")) return { file, line: place.line, column: place.column };
  }
  return { file: module, line: 1, column: 1 };
}
