import { breaks, decide } from "./decide.ts";
import type { Answer, Roles, Settings } from "./decide.ts";
import { describe } from "./large/describe.ts";
import { isPlain } from "./large/value.ts";
import type { Value } from "./large/value.ts";
import { DEVIATIONS } from "./schema/deviations.ts";

/** The two schemas by the specification and, where ajv is known to read them otherwise, as ajv does. */
export interface Readings {
  readonly specified: Roles;
  readonly deployed: Roles | undefined;
}

/**
 * Decides by the specification and as the deployed validator, ajv, reads the schemas. `compatible` holds in both
 * readings; where it holds in one and the other has a counterexample, nothing is decided and the note shows it.
 */
export function decideReadings({ specified, deployed }: Readings, settings: Settings): Answer {
  const answer = decide([specified], settings);
  if (deployed === undefined || answer.verdict === "undecided") return answer;
  if (answer.verdict === "incompatible" && breaks(deployed, settings, answer.witness) !== undefined) return answer;
  const other = decide([deployed], settings);
  const why = deviationsIn(deployed);
  if (answer.verdict === "compatible") {
    if (other.verdict === "compatible") return answer;
    if (other.verdict === "undecided") return { ...answer, note: `Proved by the specification, not for ajv: ${why}.` };
    return differ(`By the specification nothing breaks, but ajv refuses ${show(other.witness)}`, why);
  }
  if (other.verdict === "compatible")
    return differ(`By the specification ${show(answer.witness)} breaks, but not for ajv`, why);
  if (other.verdict === "incompatible") {
    const rejection = breaks(specified, settings, other.witness);
    if (rejection !== undefined) return { ...other, rejection };
    const joint = decide([specified, deployed], settings);
    if (joint.verdict === "incompatible") return joint;
    return { ...answer, note: `A witness by the specification; for ajv it is ${show(other.witness)}: ${why}.` };
  }
  return { ...answer, note: `A witness by the specification; ajv may see it otherwise: ${why}.` };
}

function differ(what: string, why: string): Answer {
  return { verdict: "undecided", reason: "readings-differ", note: `${what}: ${why}.` };
}

function deviationsIn({ writer, reader }: Roles): string {
  const found = new Map([...reader.deviations, ...writer.deviations]);
  return [...found.keys()].map((kind) => DEVIATIONS[kind]).join("; ");
}

function show(value: Value): string {
  if (!isPlain(value)) return describe(value).words;
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
