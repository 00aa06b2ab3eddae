import type { Verdict } from "./reading.ts";

/** In which order a change can be deployed. */
export type Strategy = "any-order" | "consumers-first" | "producers-first" | "side-by-side" | "retire";

/** `backward`: new readers read old events; `forward`: old readers read new events. */
export interface DirectedVerdicts {
  readonly backward: Verdict;
  readonly forward: Verdict;
}

/** The order follows from who can read whom; what is not proved counts as broken. */
export function strategyFor({ backward, forward }: DirectedVerdicts): Strategy {
  if (backward === "yes") return forward === "yes" ? "any-order" : "consumers-first";
  return forward === "yes" ? "producers-first" : "side-by-side";
}

/** Why this order, as a sentence; what is not decided is told as such, with the reasons. */
export function whyOf(verdicts: DirectedVerdicts, reasons: readonly string[]): string {
  const strategy = strategyFor(verdicts);
  if (verdicts.backward !== "unknown" && verdicts.forward !== "unknown") return whys[strategy];
  const said = [sentences.backward[verdicts.backward], sentences.forward[verdicts.forward]].join(" ");
  const way = strategy === "side-by-side" ? " No order of deployments is proved to be safe." : "";
  const why = reasons.length === 0 ? "" : ` Not decided: ${reasons.slice(0, 3).join("; ")}.`;
  return `${said}${way}${why}`;
}

const sentences: Readonly<Record<keyof DirectedVerdicts, Readonly<Record<Verdict, string>>>> = {
  backward: {
    yes: "New readers read old events.",
    no: "New readers do not read old events.",
    unknown: "Whether new readers read old events is not decided.",
  },
  forward: {
    yes: "Old readers read new events.",
    no: "Old readers do not read new events.",
    unknown: "Whether old readers read new events is not decided.",
  },
};

const whys: Readonly<Record<Strategy, string>> = {
  "any-order": "New readers read old events and old readers read new ones.",
  "consumers-first": "New readers read old events, but old readers do not read new ones.",
  "producers-first": "Old readers read new events, but new readers do not read old ones.",
  "side-by-side":
    "Neither do new readers read old events, nor old readers new ones: no order of deployments is safe. Leave this version as it was, and describe the change as a new version beside it.",
  retire: "",
};
