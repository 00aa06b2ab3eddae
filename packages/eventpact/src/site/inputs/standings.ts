import { join } from "node:path";
import { UsageError } from "../../command-line/command.ts";
import { recordFiles } from "../../deploy/files.ts";
import { retirementOf, type Retirement } from "../../deploy/retire.ts";
import { worldFrom } from "../../deploy/session.ts";
import { deploySettings } from "../../deploy/settings.ts";
import type { World } from "../../deploy/world.ts";
import type { EventVersion, Model } from "../../model/types.ts";
import type { Json } from "../../read/json.ts";

/** Where an event version stands in one environment: who there says and hears it, and whether it could be retired. */
export interface Standing {
  readonly environment: string;
  readonly senders: readonly Running[];
  readonly receivers: readonly Running[];
  /** One for each of its topics. */
  readonly retirements: readonly Retirement[];
}

export interface Running {
  readonly service: string;
  readonly version: string;
}

export interface StandingRequest {
  readonly root: string;
  /** Folder with `environments/` and `store/`, relative to the root. */
  readonly contracts: string;
  /** The section `deploy` of eventpact.yaml. */
  readonly section: Json | undefined;
  readonly tell: (line: string) => void;
}

/** Event key → where it stands in every environment whose records `eventpact record-deployment` wrote; others are told of. */
export function standingsOf(model: Model, request: StandingRequest, now: number): ReadonlyMap<string, Standing[]> {
  const { root, contracts, section, tell } = request;
  const files = recordFiles(join(root, contracts), contracts);
  const { settings } = deploySettings(section);
  const worlds = files.names().flatMap((name): readonly World[] => {
    try {
      return [worldFrom({ files, contracts }, name)];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      tell(`note: left out: what runs in ${name}: ${error.message}`);
      return [];
    }
  });
  return new Map(
    model.events.map((event) => [
      event.key,
      worlds.map((world) => ({
        environment: world.name,
        ...runningOf(event, world),
        retirements: event.topics.map((topic) => retirementOf(event.key, topic, world, settings, now)),
      })),
    ]),
  );
}

function runningOf({ key }: EventVersion, { present }: World): Pick<Standing, "senders" | "receivers"> {
  const running = (action: "sends" | "receives"): readonly Running[] =>
    present
      .filter(({ contents }) => contents[action].some(({ event }) => event === key))
      .map(({ service, version }) => ({ service, version }));
  return { senders: running("sends"), receivers: running("receives") };
}
