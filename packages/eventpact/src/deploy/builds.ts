import { exactly, fields, moment, readStrictly, sha256 } from "../read/strict.ts";

/** What one version of a service is: `contracts/builds/<service>/<version>.json`. Written once; the content does not change. */
export interface Build {
  readonly service: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Hash of the `StoredService` in contracts/store. */
  readonly contents: string;
  /** Hash of the producer's code; absent when nothing says what that is. */
  readonly code?: string;
  /** The name of that code by which results are kept; absent when it had not been verified. */
  readonly producer?: string;
  readonly upcasters?: string;
}

export function buildText({ service, version, at, contents, code, producer, upcasters }: Build): string {
  const value = {
    format: 1,
    service,
    version,
    at,
    contents,
    ...(code === undefined ? {} : { code }),
    ...(producer === undefined ? {} : { producer }),
    ...(upcasters === undefined ? {} : { upcasters }),
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Throws `BrokenFile` for whatever the format does not allow. */
export function readBuild(service: string, version: string, source: string): Build {
  const names = { format: exactly(1), service: exactly(service), version: exactly(version) };
  const rule = fields(
    { ...names, at: moment, contents: sha256 },
    { code: sha256, producer: sha256, upcasters: sha256 },
  );
  return readStrictly(source, rule) as unknown as Build;
}
