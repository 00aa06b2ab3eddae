import type { Contents } from "./contents.ts";
import type { Deployment, Environment } from "./environment.ts";

/** A version of a service in an environment, or one that would like to be there. */
export interface Placed {
  readonly service: string;
  readonly version: string;
  readonly kind: "deployed" | "released" | "past" | "candidate";
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly until?: number;
  /** Hash of its code as it lay there; absent when nothing says what that is. */
  readonly code?: string;
  /** The name of that code by which results are kept; absent when it was not verified. */
  readonly producer?: string;
  /** Hash of its upcasters; absent when it has none, or was recorded before they were known. */
  readonly upcasters?: string;
  /** It is what lies here, so that its code can be verified now. */
  readonly isHere?: boolean;
  readonly contents: Contents;
}

/** An environment with the contents of every version in it. */
export interface World {
  readonly name: string;
  /** What is deployed or released, sorted by service. */
  readonly present: readonly Placed[];
  readonly past: readonly Placed[];
}

/** Puts contents to an environment's records. `load` answers the contents behind a hash, or throws. */
export function worldOf(environment: Environment, load: (deployment: Deployment, service: string) => Contents): World {
  const placed = (service: string, kind: Placed["kind"], list: readonly Deployment[]): readonly Placed[] =>
    list.map((one) => ({
      service,
      version: one.version,
      kind,
      since: Date.parse(one.since),
      ...(one.until === undefined ? {} : { until: Date.parse(one.until) }),
      ...(one.code === undefined ? {} : { code: one.code }),
      ...(one.producer === undefined ? {} : { producer: one.producer }),
      ...(one.upcasters === undefined ? {} : { upcasters: one.upcasters }),
      contents: load(one, service),
    }));
  const services = [...environment.services].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    name: environment.name,
    present: services.flatMap(([service, { deployed, released }]) => [
      ...placed(service, "deployed", deployed),
      ...placed(service, "released", released),
    ]),
    past: services.flatMap(([service, { past }]) => placed(service, "past", past)),
  };
}

/** The world after the candidate was deployed: what ran of its service is past. Released versions stay. */
export function worldWith(world: World, candidate: Placed, now: number): World {
  const leaves = ({ service, kind }: Placed): boolean => service === candidate.service && kind === "deployed";
  const gone = world.present.filter(leaves).map((one) => ({ ...one, kind: "past" as const, until: now }));
  return {
    name: world.name,
    present: [...world.present.filter((one) => !leaves(one)), { ...candidate, kind: "deployed", since: now }],
    past: [...world.past, ...gone],
  };
}

/** The world of one of several candidates: the others are there too, beside the versions that they are to replace. */
export function worldBeside(world: World, candidates: readonly Placed[], one: Placed, now: number): World {
  const others = candidates.filter(({ service }) => service !== one.service);
  return {
    ...world,
    present: [...world.present, ...others.map((other): Placed => ({ ...other, kind: "deployed", since: now }))],
  };
}

export const named = ({ service, version }: Pick<Placed, "service" | "version">): string => `${service} ${version}`;
