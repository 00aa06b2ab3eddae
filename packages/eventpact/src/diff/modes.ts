import type { Direction, Mode } from "@eventpact/compat";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { EventVersion, Model } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { own } from "../read/json.ts";
import { resolveChild, valueOf } from "../read/resolve.ts";
import { below, draft } from "./draft.ts";
import type { EventPair } from "./events.ts";
import { modeNames as modes } from "../config/settings-schema.ts";
import type { Draft } from "./types.ts";

/** The directions that a mode demands. */
export const demanded: Readonly<Record<Mode, readonly Direction[]>> = {
  NONE: [],
  BACKWARD: ["backward"],
  FORWARD: ["forward"],
  FULL: ["backward", "forward"],
  BACKWARD_TRANSITIVE: ["backward"],
  FORWARD_TRANSITIVE: ["forward"],
  FULL_TRANSITIVE: ["backward", "forward"],
};

/** The mode of events without `x-compatibility`, as the settings of each side say it. */
export interface DefaultModes {
  readonly older: Mode;
  readonly newer: Mode;
}

interface Models {
  readonly older: Model;
  readonly newer: Model;
}

/** The mode that judges an event which both sides have: what either side demands. A change cannot weaken what judges it. */
export function judgingMode(pair: EventPair, models: Models, otherwise: DefaultModes): Mode {
  const { was, is } = modesOf(pair, models, otherwise);
  return stricter(was, is);
}

/** Whether a mode gives up something that the other one demands. */
export function weakening(was: Mode, is: Mode): boolean {
  return stricter(was, is) !== is;
}

/** What is said of the mode itself: that it does not exist, that it became weaker, or stronger. */
export function modeDrafts(pair: EventPair, models: Models, otherwise: DefaultModes): readonly Draft[] {
  const { newer } = pair;
  const written = writtenMode(models.newer, newer);
  const { was, is } = modesOf(pair, models, otherwise);
  const places = { older: below(pair.older.place, "/x-compatibility"), newer: below(newer.place, "/x-compatibility") };
  const subject = { kind: "event", name: newer.key } as const;
  if (written !== undefined && modeOf(models.newer, newer) === undefined) {
    const text = typeof written === "string" ? written : JSON.stringify(written);
    const hint = didYouMean(text, modes) ?? `There are: ${modes.join(", ")}.`;
    const message = `There is no compatibility mode "${text}".`;
    return [draft({ code: "compatibility-unknown", level: "breaking", subject, message, hint, ...places }, [text])];
  }
  // What the settings say for all events is told of them once.
  if (writtenMode(models.older, pair.older) === undefined && written === undefined) return [];
  if (was === is) return [];
  if (!weakening(was, is)) {
    const message = `${newer.key} was to stay ${was}-compatible and is to stay ${is} now.`;
    return [draft({ code: "compatibility-strengthened", level: "info", subject, message, ...places }, [was, is])];
  }
  const message = `${newer.key} was to stay ${was}-compatible and is ${is} now.`;
  const hint = `This change is still judged as ${stricter(was, is)}; the new mode holds for the next one.`;
  return [draft({ code: "compatibility-weakened", level: "warning", subject, message, hint, ...places }, [was, is])];
}

function modesOf({ older, newer }: EventPair, models: Models, otherwise: DefaultModes): { was: Mode; is: Mode } {
  return {
    was: modeOf(models.older, older) ?? otherwise.older,
    is: modeOf(models.newer, newer) ?? otherwise.newer,
  };
}

/** `x-compatibility` as it is written, if it is a mode. */
function modeOf(model: Model, event: EventVersion): Mode | undefined {
  const written = writtenMode(model, event);
  return modes.find((mode) => mode === written);
}

/** The message's own, else that of its last trait with one. */
function writtenMode({ sources }: Model, { place }: EventVersion): Json | undefined {
  const mine = own(valueOf(sources, place), "x-compatibility");
  const traits = resolveChild(sources, place, "traits");
  const list = traits && valueOf(sources, traits);
  if (mine !== undefined || !traits || !Array.isArray(list)) return mine;
  return list
    .map((_, index) => resolveChild(sources, traits, index))
    .map((trait) => trait && own(valueOf(sources, trait), "x-compatibility"))
    .findLast((mode) => mode !== undefined);
}

/** Demands the directions of both; `_TRANSITIVE` if either is. */
function stricter(one: Mode, other: Mode): Mode {
  const all = new Set([...demanded[one], ...demanded[other]]);
  const suffix = [one, other].some((mode) => mode.endsWith("_TRANSITIVE")) ? "_TRANSITIVE" : "";
  if (all.size === 0) return "NONE";
  return `${all.size === 2 ? "FULL" : all.has("backward") ? "BACKWARD" : "FORWARD"}${suffix}`;
}
