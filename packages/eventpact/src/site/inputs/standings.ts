import { UsageError } from "../../command-line/command.ts";
import type { DeploySettings } from "../../config/settings.ts";
import { declarationsOf } from "../../deploy/holdings.ts";
import type { Keeping } from "../../deploy/keeping.ts";
import { keepingOf } from "../../deploy/keeping.ts";
import { retirementOf, type Retirement } from "../../deploy/retire.ts";
import { worldFrom } from "../../deploy/stored-world.ts";
import type { World } from "../../deploy/world.ts";
import type { EventVersion, Model } from "../../model/types.ts";
import type { Project } from "../../project/project.ts";
import type { SiteInput } from "../facts/facts.ts";

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

/** What is deployed in one environment. */
export interface RunningServices {
  readonly name: string;
  readonly deployments: readonly (Running & { readonly since: string })[];
}

/** What a site shows of a project's documents, contracts and deployments, by what every command reads. */
export async function projectFacts(
  project: Project,
  tell: (line: string) => void,
  now: number,
): Promise<Pick<SiteInput, "model" | "pacts" | "environments" | "keeping" | "standings">> {
  const { deploy } = project.settings;
  const model = await project.model();
  const worlds = await worldsOf(project, tell);
  return {
    model,
    pacts: (await project.pacts()).pacts,
    environments: worlds.map(runningIn),
    keeping: keepings(model, worlds, deploy),
    standings: standingsOf(model, worlds, deploy, now),
  };
}

/** The environments as `can-i-deploy` reads them; what cannot be read is told and left out. */
async function worldsOf(project: Project, tell: (line: string) => void): Promise<readonly World[]> {
  const files = await project.records();
  return files.names().flatMap((name): readonly World[] => {
    try {
      return [worldFrom({ files, contracts: project.settings.contracts }, name)];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      tell(`note: left out: what runs in ${name}: ${error.message}`);
      return [];
    }
  });
}

const runningIn = ({ name, present }: World): RunningServices => ({
  name,
  deployments: present
    .filter(({ kind }) => kind === "deployed")
    .map(({ service, version, since }) => ({ service, version, since: new Date(since).toISOString() })),
});

/** Event key → where it stands in every environment. */
function standingsOf(
  model: Model,
  worlds: readonly World[],
  settings: DeploySettings,
  now: number,
): ReadonlyMap<string, Standing[]> {
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

/** Topic → how long it keeps, by the documents and everything that is or was deployed. */
function keepings({ topics }: Model, worlds: readonly World[], settings: DeploySettings): ReadonlyMap<string, Keeping> {
  return new Map(
    topics.map((topic) => [
      topic.name,
      keepingOf(settings, topic.name, [topic, ...worlds.flatMap((world) => declarationsOf(world, topic.name))]),
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
