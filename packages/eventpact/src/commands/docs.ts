import { join, relative, sep } from "node:path";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { inRoot, openSoundProject } from "../project/project.ts";
import type { Built, BuildRequest } from "../site/build-site.ts";
import { buildSite } from "../site/build-site.ts";
import { docsSettings } from "../site/settings.ts";

export const summary = "Build the documentation site";

export const usage = `
Usage: eventpact docs [folder] [flags]

Makes a static site of AsyncAPI 3.0 and 3.1 documents: events with schema, examples, types and the difference to the
version before; services, topics, flows, contracts, and what changed when. Everything on it is computed from the
documents, the contracts beside them and the git history. Pages that would not change are not touched.

  --dir <folder>     the folder of documents (default: "dir" of eventpact.yaml, else asyncapi/, else here)
  --out <folder>     where the site goes (default: .cache/docs)
  --title <text>     the site's name (default: from the documents)
  --contracts <dir>  where pacts/ and environments/ are (default: contracts/ of the project)
  --base <path>      where the site will lie on its server, such as /project/: adds a 404.html that links there
  --source <url>     where the sources can be seen, such as https://github.com/acme/shop/blob/main: pages link to the line
  --reference        also a reference page of each document by @asyncapi/generator, fetched into .cache/ at first use
  --watch            stay, and build again whenever something changes; ends with Ctrl-C
  --no-cache         make everything anew

In eventpact.yaml: docs: { out, title, contracts, openapi, base, source } (folders: contracts/ holds pacts/ and environments/;
openapi/<service>.yaml describes a service's HTTP API).
Exit codes: 0 built, or nothing to do · 1 a link of the site leads nowhere (nothing was written) · 2 wrong usage
`;

export const options = {
  dir: { type: "string" },
  out: { type: "string" },
  title: { type: "string" },
  contracts: { type: "string" },
  base: { type: "string" },
  source: { type: "string" },
  reference: { type: "boolean" },
  watch: { type: "boolean" },
  "no-cache": { type: "boolean" },
} as const;

export async function run({ values, positionals }: CommandArguments, io: Io): Promise<ExitCode> {
  const request = await requestOf(values, positionals, io);
  if (values["watch"] !== true) return buildOnce(request, io);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    await watchAndBuild(request, io, stop.signal);
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
  return 0;
}

/** Builds after every change of the documents and contracts, until the signal. */
async function watchAndBuild(request: BuildRequest, io: Io, signal: AbortSignal): Promise<void> {
  const [{ watchFolders }, { existsSync }] = await Promise.all([import("../emit/watch.ts"), import("node:fs")]);
  const { root, folder: documents, settings } = request.project;
  const folders = [documents, settings.contracts, request.openapi].map((folder) => join(root, folder));
  const work = async (): Promise<void> => void (await buildOnce(request, io));
  const onError = (error: unknown): void =>
    io.stderr.write(`eventpact: ${error instanceof Error ? error.message : String(error)}\n`);
  const watch = watchFolders(
    folders.filter((folder) => existsSync(folder)),
    work,
    onError,
  );
  signal.addEventListener("abort", () => watch.close(), { once: true });
  if (signal.aborted) watch.close();
  await watch.closed;
}

async function requestOf(values: CommandArguments["values"], paths: readonly string[], io: Io): Promise<BuildRequest> {
  const [asked, out, title] = [text(values["dir"]), text(values["out"]), text(values["title"])];
  const [contracts, base, source] = [text(values["contracts"]), text(values["base"]), text(values["source"])];
  const project = await openSoundProject({
    cwd: io.cwd,
    paths,
    useCache: values["no-cache"] !== true,
    ...(asked === undefined ? {} : { dir: asked }),
    ...(contracts === undefined ? {} : { contracts }),
  });
  const settings = docsSettings(project.root, project.folder, project.settings, {
    ...(out === undefined ? {} : { out: inRoot(project.place, io.cwd, out) }),
    ...(title === undefined ? {} : { title }),
    ...(base === undefined ? {} : { base }),
    ...(source === undefined ? {} : { source }),
  });
  const tell = (line: string): void => io.stderr.write(`${line}\n`);
  return { ...settings, project, reference: values["reference"] === true, tell };
}

async function buildOnce(request: BuildRequest, io: Io): Promise<ExitCode> {
  const started = performance.now();
  const built = await buildSite(request);
  if (built.status === "empty")
    throw new UsageError(
      `There is no AsyncAPI document in ${request.project.folder}.`,
      `A document is a .yaml, .yml or .json file with a top-level "asyncapi" key. --dir <folder> says where to look.`,
    );
  const time = `${Math.round(performance.now() - started).toLocaleString("en")} ms`;
  const site = relative(io.cwd, join(request.project.root, request.out)).split(sep).join("/");
  if (built.status === "fresh") {
    io.stdout.write(`${site}/ is up to date: ${built.pages} pages (${time})\n`);
    return 0;
  }
  reportFaults(built, io);
  reportFlows(built, io);
  for (const { page, target, reason } of built.broken) io.stderr.write(`${page}: ${target}: ${reason}\n`);
  if (built.broken.length > 0) {
    io.stderr.write(`Nothing was written: ${built.broken.length} links of the site lead nowhere.\n`);
    return 1;
  }
  const size = `${(built.bytes / 1024 / 1024).toFixed(1)} MB`;
  io.stdout.write(
    `${site}/index.html: ${built.pages} pages, ${built.written} files written, ${built.unchanged} unchanged, ` +
      `${built.removed} removed, ${size}; ${built.followed.toLocaleString("en")} links hold (${time})\n`,
  );
  return 0;
}

const MAX_FAULTS = 5;

/** What the documents have and the site lacks. */
function reportFaults({ faults }: Built & { status: "written" }, io: Io): void {
  for (const { file, line, message } of faults.slice(0, MAX_FAULTS))
    io.stderr.write(`note: left out: ${file}:${line}: ${message}\n`);
  if (faults.length > MAX_FAULTS) io.stderr.write(`note: and ${faults.length - MAX_FAULTS} more\n`);
  if (faults.length > 0) io.stderr.write(`note: "eventpact check" shows each with its way out\n`);
}

/** Examples that tell a story no operation bears out, or only its end. */
function reportFlows(built: Built & { status: "written" }, io: Io): void {
  for (const flow of built.flows) {
    const [first] = flow.steps;
    if (flow.missing && first)
      io.stderr.write(
        `note: example "${first.example}" of ${first.event} begins a flow in the middle: ${
          flow.missing.code === "cause"
            ? `no example has its cause, eventId ${flow.missing.eventId}`
            : `its sequence is ${flow.missing.sequence}, and no example has an earlier one`
        }\n`,
      );
    for (const step of flow.steps)
      for (const trouble of step.troubles) {
        const what =
          trouble.code === "cause-not-received"
            ? `${trouble.service} sends it because of ${trouble.cause}, but receives no ${trouble.cause}`
            : trouble.code === "no-sender"
              ? "no operation sends it"
              : "its timestamp is earlier than its cause's";
        io.stderr.write(`note: example "${step.example}" of ${step.event}: ${what}\n`);
      }
  }
}

function text(value: CommandArguments["values"][string]): string | undefined {
  return typeof value === "string" ? value : undefined;
}
