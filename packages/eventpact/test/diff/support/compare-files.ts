import type { Memo } from "../../../src/cache/memo.ts";
import { noMemo } from "../../../src/cache/memo.ts";
import type { DiffOutcome } from "../../../src/diff/run-diff.ts";
import { runDiff } from "../../../src/diff/run-diff.ts";
import type { Side } from "../../../src/diff/side.ts";
import type { Json } from "../../../src/read/json.ts";
import { memoryFileSystem } from "../../support/memory-file-system.ts";
import { settingsIn } from "../../support/projects.ts";
import { smallShop } from "./small-shop.ts";

type Files = Readonly<Record<string, string>>;

/** Compares two states that are given as files. `section` is `compatibility` of eventpact.yaml. */
export async function compareFiles(
  newer: Files,
  {
    older = smallShop,
    section = {},
    today = "2026-01-15",
    memo = noMemo,
  }: { older?: Files; section?: Json; today?: string; memo?: Memo } = {},
): Promise<DiffOutcome> {
  const side = (label: string, files: Files): Side => ({
    kind: "folder",
    label,
    fileSystem: memoryFileSystem(files),
    shown: (file) => `${label}/${file}`,
    close: () => undefined,
  });
  const { compatibility: settings, deploy } = settingsIn({ compatibility: section });
  const sides = { older: side("old", older), newer: side("new", newer) };
  return runDiff({ root: "/", folder: "asyncapi", ...sides, settings, deploy, today, memo });
}

/** "code level subject" of every change that is not only told. */
export function toldOf({ changes }: DiffOutcome): readonly string[] {
  return changes
    .filter(({ level }) => level !== "info")
    .map(({ code, level, subject }) => `${code} ${level} ${subject.name}`);
}
