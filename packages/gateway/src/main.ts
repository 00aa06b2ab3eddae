// The gateway as a process or container of its own. SERVICE_URL says where services answer, `{service}` being the name.
import { EnvironmentError, readEnvironment } from "@eventpact/host";
import { startGateway } from "./index.ts";

const names = ["order", "inventory", "payment", "shipping", "email", "tracking", "analytics", "audit"];
const template = process.env["SERVICE_URL"] ?? "http://{service}:3000";

try {
  if (!template.includes("{service}") || !URL.canParse(template.replace("{service}", "order")))
    throw new EnvironmentError([`SERVICE_URL is "${template}"; it takes an address with {service} in it.`]);
  const gateway = await startGateway({
    upstreams: Object.fromEntries(names.map((name) => [name, template.replaceAll("{service}", name)])),
    environment: readEnvironment(process.env, { port: 3000, dataDir: ".data" }),
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => void gateway.close().then(() => process.exit(0)));
  process.stdout.write(`gateway listens on ${gateway.url}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
