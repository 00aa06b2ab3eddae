// `npm run deploy`: writes deploy/kubernetes from the catalogue; `-- --check` only says whether it is up to date.
// `npm run deploy -- --to production [--service order] [--image registry/shop:1.2.3] [--dry-run]` deploys what differs from what
// runs there, in the order in which it can go. A service whose contracts do not hold there, or of which that is not known,
// is not deployed. KUBECTL names another program than kubectl.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { catalog } from "@shop/events";
import { manifests } from "./deploy/kubernetes.ts";
import { orderFor, rollOut } from "./deploy/roll-out.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "deploy", "kubernetes");
const { values } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    to: { type: "string" },
    service: { type: "string", multiple: true },
    image: { type: "string", default: "shop" },
    "dry-run": { type: "boolean", default: false },
  },
});

function current(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

const stale = [...manifests(catalog)].filter(([name, text]) => current(join(folder, name)) !== text);

function writeManifests(): void {
  for (const [name, text] of stale) writeFileSync(join(folder, name), text);
  console.log(
    stale.length === 0 ? "deploy/kubernetes is up to date." : `Wrote ${stale.map(([name]) => name).join(", ")}.`,
  );
}

async function deployTo(environment: string): Promise<number> {
  // A name of an image is one word without anything that YAML would read.
  if (!/^[\w./:@-]+$/.test(values.image)) throw new Error(`"${values.image}" is no name of an image.`);
  return rollOut({
    root,
    environment,
    services: values.service ?? (await orderFor(root, environment)),
    manifest: (service) =>
      (manifests(catalog).get(`${service}.yaml`) ?? "").replace(/^( +image:) shop$/m, `$1 ${values.image}`),
    kubectl: process.env["KUBECTL"] ?? "kubectl",
    isDryRun: values["dry-run"],
    tell: (text) => console.log(text),
  });
}

if ((values.check || values.to !== undefined) && stale.length > 0) {
  console.error(`Out of date: ${stale.map(([name]) => name).join(", ")}. Run \`npm run deploy\`.`);
  process.exitCode = 1;
} else if (values.to === undefined) {
  if (values.check) console.log("deploy/kubernetes is up to date.");
  else writeManifests();
} else {
  try {
    process.exitCode = await deployTo(values.to);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
