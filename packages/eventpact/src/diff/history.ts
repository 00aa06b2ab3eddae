import type { Memo } from "../cache/memo.ts";
import { earlierSelves } from "../model/identity.ts";
import { readModel } from "../model/read-model.ts";
import type { EventVersion } from "../model/types.ts";
import { canonicalJson } from "../read/json.ts";
import { draft } from "./draft.ts";
import type { EventPair, EventSettings } from "./events.ts";
import { judgedDrafts } from "./events.ts";
import { git, isShallow } from "./git.ts";
import { gitFileSystem } from "./git-file-system.ts";
import { judgingMode } from "./modes.ts";
import type { Draft, Mode } from "./types.ts";
import type { World } from "./worlds.ts";

/** Commits that are read at most; where there are more, what lies further back is undecided. */
const MAX_COMMITS = 500;

interface Wanted {
  readonly newer: EventVersion;
  readonly mode: Mode;
  /** States that were compared already. */
  readonly seen: Set<string>;
}

export interface History {
  readonly drafts: readonly Draft[];
  readonly notes: readonly string[];
}

/**
 * `_TRANSITIVE` modes: what changed is compared with every earlier state of the event along the first parents of the commit,
 * too. Which mode holds is said by either side, as everywhere. A folder has no history, and that is told.
 */
export async function historyDrafts(
  root: string,
  older: World,
  newer: World,
  pairs: readonly EventPair[],
  settings: EventSettings,
  memo: Memo,
): Promise<History> {
  const models = { older: older.model, newer: newer.model };
  const wanted = pairs.flatMap((pair): readonly Wanted[] => {
    const mode = judgingMode(pair, models, settings.modes);
    const [was, is] = [stateOf(pair.older), stateOf(pair.newer)];
    return mode.endsWith("_TRANSITIVE") && was !== is ? [{ newer: pair.newer, mode, seen: new Set([was, is]) }] : [];
  });
  const { commit } = older.side;
  if (wanted.length === 0) return { drafts: [], notes: [] };
  if (commit === undefined)
    return {
      drafts: [],
      notes: [`${older.side.label} has no history: events of a _TRANSITIVE mode are compared with this one state.`],
    };
  const { folder } = older.model;
  const log = await git(root, "log", "--first-parent", `-n${MAX_COMMITS + 1}`, "--format=%H", commit, "--", folder);
  const ids = log.split("\n").filter((line) => line !== "");
  const drafts: Draft[] = [];
  for (const id of ids.slice(0, MAX_COMMITS))
    drafts.push(...(await against(id, root, folder, newer, wanted, settings, memo)));
  if (ids.length > MAX_COMMITS || (await isShallow(root))) drafts.push(...wanted.map((one) => unreadHistory(one, ids)));
  return { drafts, notes: [] };
}

async function against(
  commit: string,
  root: string,
  folder: string,
  newer: World,
  wanted: readonly Wanted[],
  settings: EventSettings,
  memo: Memo,
): Promise<readonly Draft[]> {
  const fileSystem = await gitFileSystem(root, commit);
  try {
    const model = await readModel(folder, { fileSystem, memo });
    const then = earlierSelves(model.events, newer.model.events);
    return wanted.flatMap(({ newer: event, mode, seen }) => {
      const was = then.get(event);
      if (!was || seen.has(stateOf(was))) return [];
      seen.add(stateOf(was));
      return judgedDrafts({ older: was, newer: event }, mode, { older: model, newer: newer.model }, settings)
        .drafts.filter(({ level }) => level === "breaking" || level === "undecided")
        .map(({ older: _older, ...found }) => ({
          ...found,
          message: `Against ${event.key} as of ${commit.slice(0, 10)}: ${found.message}`,
        }));
    });
  } finally {
    fileSystem.close();
  }
}

function unreadHistory({ newer, mode }: Wanted, ids: readonly string[]): Draft {
  return draft({
    code: "history-unread",
    level: "undecided",
    subject: { kind: "event", name: newer.key },
    message: `${newer.key} is ${mode}, and of its history only the last ${Math.min(ids.length, MAX_COMMITS)} states of the folder were read.`,
    hint: "In a shallow clone, fetch all of it (in GitHub Actions: fetch-depth: 0).",
    newer: newer.place,
  });
}

function stateOf({ hash, keySchema }: EventVersion): string {
  return keySchema ? `${hash} ${canonicalJson(keySchema.schema)}` : hash;
}
