import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PolicyName } from "@eventpact/compat";
import type { VerifySettings } from "../config/settings.ts";
import { filesOf, sourceHash } from "../contracts/source-hash.ts";
import type { WorkingFiles } from "../contracts/working-files.ts";
import type { Model } from "../model/types.ts";

/** The upcasters of a service as they lie here. */
export interface UpcasterState {
  /** Relative to the root. */
  readonly module: string;
  /** SHA-256 (hex) of everything that decides what they answer and what is right: sources and schemas. */
  readonly hash: string;
}

/** Counts up when other instances are tried, so that earlier results are no longer taken for today's. */
const METHOD = 3;

/**
 * Undefined for a service that has none: nothing is configured, there is no such module, it receives nothing, or its
 * sources nowhere speak of upcasters, so that it need not be loaded to know.
 */
export function upcasterState(
  root: string,
  model: Model,
  { upcasters }: Pick<VerifySettings, "upcasters">,
  service: string,
  policy: PolicyName,
  files: WorkingFiles,
): UpcasterState | undefined {
  if (upcasters === undefined) return undefined;
  const types = new Set(receivedTypes(model, service));
  const filled = (text: string): string => text.replaceAll("{service}", service);
  const module = filled(upcasters.module);
  const sources = upcasters.sources.map(filled);
  if (types.size === 0 || !existsSync(join(root, module))) return undefined;
  const speaks = filesOf(sources, files).some((path) => /upcast/i.test(readFileSync(join(root, path), "utf8")));
  if (!speaks) return undefined;
  const schemas = model.events.filter(({ eventType }) => types.has(eventType)).map(({ key, hash }) => `${key} ${hash}`);
  const hash = sourceHash(root, sources, [`upcasters ${METHOD} ${policy}`, module, ...schemas], files);
  return hash === undefined ? undefined : { module, hash };
}

function receivedTypes(model: Model, name: string): readonly string[] {
  const received = model.services.find((service) => service.name === name)?.receives ?? [];
  return received.flatMap(({ event }) => model.events.find(({ key }) => key === event)?.eventType ?? []);
}
