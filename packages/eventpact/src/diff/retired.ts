import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CompatibilitySettings, DeploySettings } from "../config/settings.ts";
import { UsageError } from "../command-line/command.ts";
import type { Model } from "../model/types.ts";
import { listed } from "./draft.ts";
import type { Change } from "./types.ts";

interface Asked {
  readonly root: string;
  readonly settings: Pick<CompatibilitySettings, "contracts">;
  readonly deploy: DeploySettings;
  readonly today: string;
}

/**
 * An event version that left the documents breaks nobody where the records of deployments show that every environment that
 * ever knew it is done with it; then its removal is only told.
 */
export async function settleRetired(
  changes: readonly Change[],
  older: Model,
  { root, settings, deploy, today }: Asked,
): Promise<readonly Change[]> {
  const isGone = ({ code, level }: Change): boolean => code === "event-removed" && level !== "info";
  if (!changes.some(isGone) || !existsSync(join(root, settings.contracts, "environments"))) return changes;
  const { doneWith } = await import("../deploy/done-with.ts");
  try {
    const environmentsDone = doneWith(root, settings.contracts, deploy, Date.parse(today));
    return changes.map((change) => {
      const event = older.events.find(({ key }) => key === change.subject.name);
      const done = isGone(change) && event !== undefined ? environmentsDone(event.key, event.topics) : [];
      if (done.length === 0) return change;
      const { hint: _wayOut, ...told } = change;
      const message = `${change.message} Nothing sends, holds or needs it any more in ${listed(done)}.`;
      return { ...told, message, level: "info", consumers: [] };
    });
  } catch (error) {
    // Records that cannot be read settle nothing; `check` says what is wrong with them.
    if (error instanceof UsageError) return changes;
    throw error;
  }
}
