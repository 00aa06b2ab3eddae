import { join } from "node:path";
import type { DeploySettings } from "../config/settings.ts";
import { recordFiles } from "./files.ts";
import { holdingsOf } from "./holdings.ts";
import { retirementOf } from "./retire.ts";
import { worldFrom } from "./stored-world.ts";
import type { World } from "./world.ts";

/**
 * Which environments are done with an event version in one of some topics: they knew it, and nothing there sends, holds or
 * needs it any more. Empty while one of them is not, and where none ever knew it.
 * Throws `UsageError` for records that cannot be read.
 */
export function doneWith(
  root: string,
  contracts: string,
  settings: DeploySettings,
  now: number,
): (event: string, topics: readonly string[]) => readonly string[] {
  const files = recordFiles(join(root, contracts), contracts);
  const worlds = files.names().map((name) => worldFrom({ files, contracts }, name));
  return (event, topics) => {
    const asked = topics.flatMap((topic) =>
      worlds
        .filter((world) => knew(world, event, topic))
        .map((world) => retirementOf(event, topic, world, settings, now)),
    );
    return asked.every(({ may }) => may) ? [...new Set(asked.map(({ environment }) => environment))] : [];
  };

  function knew(world: World, event: string, topic: string): boolean {
    const isIt = (one: { readonly event: string; readonly topic: string }): boolean =>
      one.event === event && one.topic === topic;
    const said = [...world.present, ...world.past].some(({ contents }) =>
      [...contents.sends, ...contents.receives].some(isIt),
    );
    return said || holdingsOf(world, settings, now).some(isIt);
  }
}
