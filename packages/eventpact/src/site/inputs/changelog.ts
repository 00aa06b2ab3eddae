import type { Store } from "../../cache/store.ts";
import type { SchemaJudge } from "../../judge/judge.ts";
import type { Model } from "../../model/types.ts";
import type { ChangelogEntry, EventChange } from "../facts/changelog.ts";
import { eventChanges } from "../facts/changelog.ts";
import type { PastState } from "./history.ts";

/**
 * What each commit did to the events, newest first, beginning with what is not committed. A pair of states is compared
 * once: trees are named by their content, so what was found is kept in the store.
 * @param isClean the folder is as in the newest commit
 */
export async function changelogOf(
  model: Model,
  states: readonly PastState[],
  isClean: boolean,
  judge: SchemaJudge,
  store: Store,
  engine: string,
): Promise<readonly ChangelogEntry[]> {
  const [newest] = states;
  if (!newest) return [];
  const read = rememberingRead(states);
  const entries: ChangelogEntry[] = [];
  if (!isClean) entries.push({ changes: eventChanges(await read(newest), model, judge) });
  for (const [index, state] of states.entries()) {
    const before = states[index + 1];
    const key = ["changes", engine, before?.tree ?? "", state.tree].join("\n");
    const known = store.get(key) as readonly EventChange[] | undefined;
    const changes = known ?? eventChanges(before ? await read(before) : emptyOf(model), await read(state), judge);
    if (known === undefined && state.tree !== "") store.put(key, changes);
    entries.push({ commit: state.commit, changes });
  }
  return entries;
}

/** Each state is one side of two comparisons but read once; only the last few are kept. */
function rememberingRead(states: readonly PastState[]): (state: PastState) => Promise<Model> {
  const models = new Map<PastState, Promise<Model>>();
  return (state) => {
    const model = models.get(state) ?? state.read();
    models.set(state, model);
    const older = states[states.indexOf(state) - 3];
    if (older) models.delete(older);
    return model;
  };
}

function emptyOf(model: Model): Model {
  return { ...model, documents: [], services: [], channels: [], topics: [], operations: [], events: [] };
}
