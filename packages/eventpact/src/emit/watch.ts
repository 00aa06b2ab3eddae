import type { FSWatcher } from "node:fs";
import { watch } from "node:fs";

/** A running watch; `close` ends it after the run under way. */
export interface Watch {
  readonly closed: Promise<void>;
  close(): void;
}

/**
 * Runs `work` once, and again whenever something below one of the folders changes, never twice at a time. Editors write in
 * bursts: a run begins when `quietMs` have passed without a change. Errors of `work` go to `onError` and end nothing.
 */
export function watchFolders(
  folders: readonly string[],
  work: () => Promise<void>,
  onError: (error: unknown) => void,
  quietMs = 50,
): Watch {
  const state = { isRunning: false, isWanted: true, isClosed: false };
  let timer: NodeJS.Timeout | undefined;
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const run = async (): Promise<void> => {
    if (state.isRunning) return;
    state.isRunning = true;
    while (state.isWanted && !state.isClosed) {
      state.isWanted = false;
      await work().catch(onError);
    }
    state.isRunning = false;
    if (state.isClosed) resolve();
  };
  const watchers = folders.map((folder): FSWatcher => {
    const watcher = watch(folder, { recursive: true }, () => {
      state.isWanted = true;
      clearTimeout(timer);
      timer = setTimeout(() => void run(), quietMs);
    });
    return watcher.on("error", onError);
  });
  void run();
  return {
    closed,
    close() {
      state.isClosed = true;
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      if (!state.isRunning) resolve();
    },
  };
}
