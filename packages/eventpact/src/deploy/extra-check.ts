import { join } from "node:path";
import { remembered } from "../cache/remembered.ts";
import type { ExtraCheck } from "../check/extra-checks.ts";
import { isBlind } from "../check/extra-checks.ts";
import { UsageError } from "../command-line/command.ts";
import { diffFingerprint } from "../diff/fingerprint.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Project } from "../project/project.ts";
import { projectOf } from "../project/project.ts";
import { recordsHash } from "./records-hash.ts";

/** Nothing that an environment is not done with has left the documents. Applies where deployments are recorded. */
export const extraCheck: ExtraCheck = {
  async run(context) {
    const { project, today } = context;
    const { root, folder, settings, store, fileSystem } = project;
    const recorded = recordsHash(join(root, settings.contracts, "environments"));
    if (recorded === undefined || isBlind(context)) return [];
    const parts = [
      "deploy-check",
      diffFingerprint(),
      root,
      folder,
      recorded,
      today,
      settings.deploy,
      settings.contracts,
    ];
    const key = JSON.stringify(parts);
    const work = (recording: Project["fileSystem"]): Promise<readonly Diagnostic[]> =>
      freshFindings(projectOf({ ...project, fileSystem: recording }), today);
    return (await remembered({ store, key, fileSystem, work })).value;
  },
};

async function freshFindings(project: Project, today: string): Promise<readonly Diagnostic[]> {
  const [{ contentsOf }, { worldFrom }, { tooEarly }, { retiredEarly }] = await Promise.all([
    import("./contents.ts"),
    import("./stored-world.ts"),
    import("./plan.ts"),
    import("./findings.ts"),
  ]);
  const { contracts, deploy } = project.settings;
  const model = await project.model();
  const target = model.services.map(({ name }) => contentsOf(model, [], name).contents);
  const files = await project.records();
  const now = Date.parse(today);
  return files.names().flatMap((name): readonly Diagnostic[] => {
    try {
      const world = worldFrom({ files, contracts }, name);
      return tooEarly(target, world, deploy, now).map((one) => retiredEarly(model, one));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const file = `${contracts}/environments/${name}`;
      const hint = error.hint === undefined ? {} : { hint: error.hint };
      return [{ code: "records-unreadable", severity: "error", file, ...start, message: error.message, ...hint }];
    }
  });
}

const start = { line: 1, column: 1, endLine: 1, endColumn: 1 } as const;
