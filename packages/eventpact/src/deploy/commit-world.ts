import { readPacts } from "../contracts/read-pacts.ts";
import { sideNamed } from "../diff/side.ts";
import { readWorld } from "../diff/worlds.ts";
import { noMemo } from "../cache/memo.ts";
import { subjectsOf } from "../contracts/subject.ts";
import { contentsOf } from "./contents.ts";
import type { Session } from "./session.ts";
import type { World } from "./world.ts";

/**
 * A commit (or folder) of the documents as if every service of it were deployed since for ever. Nothing is known of its
 * producers' code, so that only schemas and contracts are compared. Throws `UsageError` for a name that is neither.
 */
export async function worldAt(session: Session, name: string, cwd: string): Promise<World> {
  const { root, model, contracts } = session;
  const side = await sideNamed(name, { root, folder: model.folder, cwd }, false);
  try {
    const { model: then } = await readWorld(side, model.folder, noMemo);
    const { subjects } = subjectsOf(then, (await readPacts(side.fileSystem, contracts)).pacts);
    const version = side.commit?.slice(0, 12) ?? name;
    const present = then.services.map(({ name: service }) => ({
      service,
      version,
      kind: "deployed" as const,
      since: 0,
      contents: contentsOf(then, subjects, service).contents,
    }));
    return { name, present, past: [] };
  } finally {
    side.close();
  }
}
