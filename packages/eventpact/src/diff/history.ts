import type { Memo } from "../cache/memo.ts";
import { readModel } from "../model/read-model.ts";
import type { EventVersion } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { git } from "./git.ts";
import { gitFileSystem } from "./git-file-system.ts";
import type { EventPair, EventSettings } from "./events.ts";
import { modeOf } from "./events.ts";
import { demanded, isSameSchema, judgePair, schemaDrafts } from "./schemas.ts";
import type { Draft } from "./types.ts";
import type { World } from "./worlds.ts";

/** Commits that are read at most; what lies further back is judged by the versions that were judged then. */
const MAX_COMMITS = 50;

/**
 * `_TRANSITIVE` modes: what changed is compared with every earlier state of the event along the first parents of the commit,
 * too. A folder has no history; there is nothing to add.
 */
export async function historyDrafts(
  root: string,
  older: World,
  newer: World,
  pairs: readonly EventPair[],
  settings: EventSettings,
  memo: Memo,
): Promise<readonly Draft[]> {
  const isTransitive = ({ newer: event }: EventPair): boolean =>
    (modeOf(newer.model, event) ?? settings.mode).endsWith("_TRANSITIVE");
  const wanted = pairs.filter((pair) => pair.older.hash !== pair.newer.hash && isTransitive(pair));
  const { commit } = older.side;
  if (wanted.length === 0 || commit === undefined) return [];
  const folder = older.model.folder;
  const log = await git(root, "log", "--first-parent", `-n${MAX_COMMITS}`, "--format=%H", commit, "--", folder);
  const drafts: Draft[] = [];
  const seen = new Map(wanted.map(({ older: event }) => [event.key, new Set([event.hash])]));
  for (const id of log.split("\n").filter((line) => line !== "")) {
    const fileSystem = await gitFileSystem(root, id);
    try {
      const model = await readModel(folder, { fileSystem, memo });
      const then = new Map(model.events.map((event) => [event.key, event]));
      for (const { newer: event } of wanted) {
        const was = then.get(event.key);
        if (!was || seen.get(event.key)?.has(was.hash)) continue;
        seen.get(event.key)?.add(was.hash);
        drafts.push(...against(was, event, modeOf(newer.model, event) ?? settings.mode, settings, id));
      }
    } finally {
      fileSystem.close();
    }
  }
  return drafts;
}

function against(
  was: EventVersion,
  is: EventVersion,
  mode: EventSettings["mode"],
  settings: EventSettings,
  commit: string,
): readonly Draft[] {
  if (was.payload.kind !== "json-schema" || is.payload.kind !== "json-schema") return [];
  if (isSameSchema(was.payload, is.payload)) return [];
  const shown = (event: EventVersion): readonly Json[] =>
    event.examples.flatMap(({ payload }) => (payload === undefined ? [] : [payload]));
  const examples = { older: shown(was), newer: shown(is) };
  const pair = { event: is, part: "payload", older: was.payload, newer: is.payload, examples } as const;
  const short = commit.slice(0, 10);
  return schemaDrafts(pair, judgePair(pair, settings.judge), demanded[mode])
    .filter(({ level }) => level === "breaking" || level === "undecided")
    .map(({ older: _older, ...draft }) => ({
      ...draft,
      message: `Against ${is.key} as of ${short}: ${draft.message}`,
    }));
}
