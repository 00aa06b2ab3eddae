import { join } from "node:path";
import { UsageError } from "../command-line/command.ts";
import { versionFault } from "../contracts/file-names.ts";
import { keepResult } from "../contracts/keep-result.ts";
import { writeUpcasterRecord } from "../upcasters/records.ts";
import { boundTo, candidateHere, candidateNamed, isOtherResult } from "./candidate.ts";
import type { Build } from "./builds.ts";
import { isSameBuild } from "./environment.ts";
import type { Session } from "./session.ts";
import type { Placed } from "./world.ts";

/** A version as a flag says it. Throws `UsageError` for what is no version. */
export function checkedVersion(version: string): string {
  const fault = versionFault(version);
  if (fault !== undefined) throw new UsageError(fault, "Is the variable set that names it?");
  return version;
}

/** What a placed version is bound to. */
export const boundOf = ({ version, contents, code, producer, upcasters }: Placed): Omit<Build, "service" | "at"> => ({
  version,
  contents: contents.hash,
  ...(code === undefined ? {} : { code }),
  ...(producer === undefined ? {} : { producer }),
  ...(upcasters === undefined ? {} : { upcasters }),
});

/**
 * The version of a service that is to be recorded: by name as it was recorded, else what lies here. Throws `UsageError` for a
 * name that was never recorded, unless `here` says that it is what lies here; and for one that is something else already.
 */
export function versionToRecord(
  session: Session,
  service: string,
  { version, here }: { readonly version: string | undefined; readonly here: boolean },
): Placed {
  if (version !== undefined && !here) {
    const found = candidateNamed(session, service, version);
    if (found !== undefined) return found.placed;
    throw new UsageError(
      `${service} ${version} was never recorded: nothing says what is in it.`,
      `eventpact record-build --service ${service} --version ${version} records what lies here as that version; --here does it at once.`,
    );
  }
  const placed = candidateHere(session, service, version === undefined ? undefined : checkedVersion(version));
  const bound = boundTo(session, service, placed.version);
  const isSame =
    bound !== undefined && isSameBuild(bound.bound, boundOf(placed)) && !isOtherResult(bound.bound, placed);
  if (bound === undefined || isSame) return placed;
  throw new UsageError(
    `${service} ${placed.version} was recorded already, and is something else than what lies here (${bound.by}).`,
    `A version is one content: --version <another name>. Without --here, --version ${placed.version} takes what was recorded.`,
  );
}

/** What a version here says, and what its verification found, so that it can be judged where its files are no more. */
export function keepWhatIsKnown(session: Session, { service, producer, upcasters, isHere }: Placed): void {
  if (isHere !== true) return;
  const folder = join(session.root, session.contracts);
  session.files.keep(session.contentsNow(service).objects);
  const record = producer === undefined ? undefined : session.known.of(service, producer);
  if (record !== undefined) keepResult(folder, session.contracts, record, session.known);
  const tried = upcasters === undefined ? undefined : session.judge.upcastersOf(service, upcasters);
  if (tried !== undefined) writeUpcasterRecord(folder, tried);
}

/** Binds what lies here to a version, for good. Answers whether it was not so already. Call it while the folder is locked. */
export function bindBuild(session: Session, placed: Placed, at: string): boolean {
  const { service, version } = placed;
  const before = session.files.build(service, version);
  const bound = boundOf(placed);
  const isNew = before === undefined || (before.producer === undefined && bound.producer !== undefined);
  if (isNew) session.files.writeBuild({ service, at: before?.at ?? at, ...bound });
  keepWhatIsKnown(session, placed);
  return isNew;
}
