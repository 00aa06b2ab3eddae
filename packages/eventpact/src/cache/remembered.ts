import type { FileSystem } from "../read/file-system.ts";
import type { RecordingFileSystem, Trace } from "./recording-file-system.ts";
import { isUnchanged, recordingFileSystem } from "./recording-file-system.ts";
import type { Store } from "./store.ts";

/** Work whose result holds for as long as all that it looked at is as it was. */
export interface RememberedWork<T> {
  readonly store: Store;
  /** Names the work and all that decides its result besides the files: tool, options, day. */
  readonly key: string;
  readonly fileSystem: FileSystem;
  /** The file system that it is given notes what it looks at. Its result must survive JSON. */
  readonly work: (fileSystem: RecordingFileSystem) => Promise<T>;
  /** What else must hold for an earlier result to be taken, such as files that it wrote. */
  readonly holds?: (earlier: T) => Promise<boolean>;
  /** Whether a new result may be taken next time. */
  readonly keeps?: (made: T) => boolean;
}

/** The earlier result where everything is as it was, else a new one. */
export async function remembered<T>(
  asked: RememberedWork<T>,
): Promise<{ readonly value: T; readonly isKnown: boolean }> {
  const { store, key, fileSystem, work, holds = async () => true, keeps = () => true } = asked;
  const earlier = await recall<T>(store, key, fileSystem);
  if (earlier !== undefined && (await holds(earlier.value))) return { value: earlier.value, isKnown: true };
  const recording = recordingFileSystem(fileSystem);
  const value = await work(recording);
  if (keeps(value)) keep(store, key, recording.trace(), value);
  return { value, isKnown: false };
}

/** What was kept under the key, if every file and listing of its trace is as it was. */
export async function recall<T>(
  store: Store,
  key: string,
  fileSystem: FileSystem,
): Promise<{ readonly value: T } | undefined> {
  const known = store.get(key) as { readonly trace: Trace; readonly value: T } | null | undefined;
  return known && (await isUnchanged(fileSystem, known.trace)) ? known : undefined;
}

/** Keeps a value for as long as what the trace names is as it was. */
export const keep = (store: Store, key: string, trace: Trace, value: unknown): void => store.put(key, { trace, value });
