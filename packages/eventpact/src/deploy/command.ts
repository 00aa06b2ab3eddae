import type { CommandArguments, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { openSoundProject } from "../project/project.ts";
import { checkedVersion } from "./bind.ts";
import type { Hal } from "./broker/hal.ts";
import type { Session } from "./session.ts";
import { openSession } from "./session.ts";

/** Flags that every command about deployments has. */
export const deployOptions = {
  dir: { type: "string" },
  "no-cache": { type: "boolean" },
  "no-broker": { type: "boolean" },
} as const;

type Values = CommandArguments["values"];

export function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

export function listOf(values: Values, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** The version that `--version` names; undefined when it was not given. Throws `UsageError` for what is no version. */
export function versionOf(values: Values): string | undefined {
  const found = textOf(values, "version");
  return found === undefined ? undefined : checkedVersion(found);
}

/** The project around the caller, read. */
export async function sessionFor({ values, positionals }: CommandArguments, io: Io): Promise<Session> {
  versionOf(values);
  const [stranger] = positionals;
  if (stranger !== undefined)
    throw new UsageError(`"${stranger}" is not understood here.`, "Services are named by --service.");
  const dir = textOf(values, "dir");
  const asked = { cwd: io.cwd, ...(dir === undefined ? {} : { dir }), useCache: values["no-cache"] !== true };
  return openSession(await openSoundProject(asked));
}

/** The environment that is named, else that of eventpact.yaml. */
export function environmentFor(session: Session, named: string | undefined, flag: string): string {
  const found = named ?? session.settings.environment;
  if (found !== undefined) return found;
  const known = session.files.names();
  throw new UsageError(
    `Which environment? --${flag} <name>.`,
    known.length > 0
      ? `There are: ${known.join(", ")}.`
      : `deploy: { environment } in eventpact.yaml names the usual one.`,
  );
}

/** The broker of the environment variables; undefined when there is none, or `--no-broker` was said. */
export async function brokerFor(values: Values, io: Io): Promise<Hal | undefined> {
  if (values["no-broker"] === true || !io.env["PACT_BROKER_BASE_URL"]) return undefined;
  const [{ brokerSettings }, { halClient }] = await Promise.all([
    import("./broker/settings.ts"),
    import("./broker/hal.ts"),
  ]);
  const settings = brokerSettings(io.env);
  return settings === undefined ? undefined : halClient(settings);
}
