/** The metrics of many processes as one Prometheus text, so that whoever scrapes the gateway sees them all. */
import type { Told } from "./everybody.ts";

/** A sample: name, labels if any, value, and perhaps a time. What does not look like one is left out. */
const sample = /^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{(.*)\})?( \S+(?: -?\d+)?)$/;
const comment = /^# (?:HELP|TYPE) ([A-Za-z_:][A-Za-z0-9_:]*) /;

interface Family {
  readonly head: string[];
  readonly samples: string[];
}

const UP = "eventpact_process_up";

function addTo(families: Map<string, Family>, process: string, text: string): void {
  // Names of families that another process has described already: their HELP and TYPE must not come twice.
  const described = new Set(families.keys());
  let current = "";
  const familyOf = (name: string): Family => {
    const family = families.get(name) ?? { head: [], samples: [] };
    families.set(name, family);
    return family;
  };
  for (const line of text.split("\n")) {
    const [, about] = comment.exec(line) ?? [];
    if (about !== undefined) {
      current = about;
      const family = familyOf(about);
      if (!described.has(about)) family.head.push(line);
      continue;
    }
    const [, name, labels, value] = sample.exec(line) ?? [];
    if (name === undefined) continue;
    // A histogram's samples are called after it, with an ending; they stay in its block.
    const family = familyOf(current !== "" && name.startsWith(current) ? current : name);
    const all = [`process="${process}"`, ...(labels === undefined || labels === "" ? [] : [labels])];
    family.samples.push(`${name}{${all.join(",")}}${value}`);
  }
}

/**
 * Every sample with a label more, `process`, the name of the service that it came from; families that many have are one.
 * `eventpact_process_up` is 0 for a process that did not answer: it is missing, the rest is told.
 */
export function mergeMetrics(told: readonly Told[]): string {
  const families = new Map<string, Family>();
  families.set(UP, {
    head: [`# HELP ${UP} Whether a process behind the gateway answered this scrape.`, `# TYPE ${UP} gauge`],
    samples: told.map(({ service, body }) => `${UP}{process="${service}"} ${typeof body === "string" ? 1 : 0}`),
  });
  for (const { service, body } of told) if (typeof body === "string") addTo(families, service, body);
  return [...families.values()].map(({ head, samples }) => [...head, ...samples, ""].join("\n")).join("\n");
}
