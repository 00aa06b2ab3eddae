import { UsageError } from "../command-line/command.ts";
import type { Build } from "./builds.ts";
import type { Deployment } from "./environment.ts";
import { isSameBuild } from "./environment.ts";
import type { Session } from "./session.ts";
import { loadVersion } from "./stored-world.ts";
import type { Placed, World } from "./world.ts";

/** Where the answer about a version comes from. */
export type Source =
  | { readonly from: "working tree" }
  /** `by`: the file that says what the version is. */
  | { readonly from: "records"; readonly by: string };

/** The service as the documents, contracts and code lie here. */
export function candidateHere(session: Session, service: string, version?: string): Placed {
  const now = session.codeNow(service);
  const upcasters = session.upcastersNow(service);
  return {
    service,
    version: version ?? session.versionNow(service),
    kind: "candidate",
    since: 0,
    isHere: true,
    ...now,
    ...(upcasters === undefined ? {} : { upcasters }),
    contents: session.contentsNow(service).contents,
  };
}

/**
 * A version by name, as it was recorded: by `record-build`, or in whatever environment. Undefined when it never was: what a
 * version is that nobody recorded, nobody knows. Throws `UsageError` when the name was recorded for several contents.
 */
export function candidateNamed(
  session: Session,
  service: string,
  version: string,
): { readonly placed: Placed; readonly source: Source } | undefined {
  const found = boundTo(session, service, version);
  if (found === undefined) return undefined;
  const { bound, by } = found;
  const { code, producer, upcasters } = bound;
  return {
    source: { from: "records", by },
    placed: {
      service,
      version,
      kind: "candidate",
      since: 0,
      ...(code === undefined ? {} : { code }),
      ...(producer === undefined ? {} : { producer }),
      ...(upcasters === undefined ? {} : { upcasters }),
      contents: loadVersion(session, bound, service, by),
    },
  };
}

type Bound = Pick<Deployment, "version" | "contents" | "code" | "producer" | "upcasters">;

/** What a version was recorded to be, with its results where any of the records names them. */
export function boundTo(
  { files, contracts }: Pick<Session, "files" | "contracts">,
  service: string,
  version: string,
): { readonly bound: Bound; readonly by: string } | undefined {
  const build: Build | undefined = files.build(service, version);
  const placed = files.names().flatMap((environment) => {
    const record = files.environment(environment)?.services.get(service);
    const all = record ? [...record.deployed, ...record.released, ...record.past] : [];
    const by = `${contracts}/environments/${environment}`;
    return all.filter((one) => one.version === version).map((bound) => ({ bound, by }));
  });
  const all: readonly { readonly bound: Bound; readonly by: string }[] = [
    ...(build === undefined ? [] : [{ bound: build, by: `${contracts}/builds` }]),
    ...placed,
  ];
  const [first] = all;
  if (first === undefined) return undefined;
  const other = all.find(({ bound }) => !isSameBuild(bound, first.bound) || isOtherResult(bound, first.bound));
  if (other !== undefined)
    throw new UsageError(
      `${service} ${version} was recorded with two contents: in ${first.by} and in ${other.by}.`,
      "A version is one content. Ask about one that is, or give the other another name.",
    );
  return all.find(({ bound }) => bound.producer !== undefined) ?? first;
}

/** Whether both are known to have loaded different things. */
export const isOtherResult = (a: Pick<Bound, "producer">, b: Pick<Bound, "producer">): boolean =>
  a.producer !== undefined && b.producer !== undefined && a.producer !== b.producer;

/** Services whose documents, contracts or code are not those of what is deployed. */
export function changedServices(session: Session, world: World): readonly string[] {
  return session.model.services
    .map(({ name }) => name)
    .filter((name) => {
      const here = candidateHere(session, name);
      return !world.present.some(
        (one) =>
          one.service === name &&
          one.contents.hash === here.contents.hash &&
          one.code === here.code &&
          (one.producer === undefined || here.producer === undefined || one.producer === here.producer) &&
          one.upcasters === here.upcasters,
      );
    });
}
