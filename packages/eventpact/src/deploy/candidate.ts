import type { Session } from "./session.ts";
import { loadDeployment } from "./session.ts";
import type { Placed, World } from "./world.ts";

/** A version that is asked about, and where it comes from. */
export interface Candidate {
  readonly placed: Placed;
  readonly from: "working tree" | "records";
}

/** The service as the documents, contracts and code lie here. */
export function candidateHere(session: Session, service: string, version?: string): Placed {
  const producer = session.producerNow(service);
  const upcasters = session.upcastersNow(service);
  return {
    service,
    version: version ?? session.versionNow(service),
    kind: "candidate",
    since: 0,
    isHere: true,
    ...(producer === undefined ? {} : { producer }),
    ...(upcasters === undefined ? {} : { upcasters }),
    contents: session.contentsNow(service).contents,
  };
}

/** A version by name: as it was recorded, in whatever environment; else the service as it lies here, under that name. */
export function candidateNamed(session: Session, service: string, version: string): Candidate {
  const found = session.files
    .names()
    .flatMap((environment) => {
      const record = session.files.environment(environment)?.services.get(service);
      const all = record ? [...record.deployed, ...record.released, ...record.past] : [];
      return all.filter((one) => one.version === version).map((deployment) => ({ environment, deployment }));
    })
    .toSorted((a, b) => (a.deployment.since < b.deployment.since ? 1 : -1))[0];
  if (found === undefined) return { placed: candidateHere(session, service, version), from: "working tree" };
  const { environment, deployment } = found;
  return {
    from: "records",
    placed: {
      service,
      version,
      kind: "candidate",
      since: 0,
      ...(deployment.producer === undefined ? {} : { producer: deployment.producer }),
      ...(deployment.upcasters === undefined ? {} : { upcasters: deployment.upcasters }),
      contents: loadDeployment(session, environment, deployment, service),
    },
  };
}

/** Services whose documents, contracts or code are not those of what is deployed. */
export function changedServices(session: Session, world: World): readonly string[] {
  return session.model.services
    .map(({ name }) => name)
    .filter((name) => {
      const { contents } = session.contentsNow(name);
      const [producer, upcasters] = [session.producerNow(name), session.upcastersNow(name)];
      return !world.present.some(
        (one) =>
          one.service === name &&
          one.contents.hash === contents.hash &&
          one.producer === producer &&
          one.upcasters === upcasters,
      );
    });
}
