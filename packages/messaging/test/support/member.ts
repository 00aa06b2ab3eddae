import { postgresLog } from "../../src/adapters/postgres-log/index.ts";
import { failpointsFrom, openDatabase } from "../../src/index.ts";
import type { HandlerContext, Settings } from "../../src/index.ts";
import { defaults } from "../../src/runtime/settings.ts";
import { witnesses } from "./effects.ts";
import { placed } from "./shop.ts";
import { running, send } from "./world.ts";

// A process of its own: runs the shop against DATABASE_URL, dies where FAILPOINTS says, blocks its event loop
// for BLOCK_MS on SIGUSR2, sends COMMANDS orders, drains on SIGTERM. With FAILS, stock fails so many times over each event,
// at once and then every two seconds, and each try is noted with the time of the database.
const database = await openDatabase({ url: process.env["DATABASE_URL"] ?? "", maxConnections: 12 });
const transport = postgresLog({ database, sessionMs: 1_000, pollMs: 20 });
const failpoints = failpointsFrom(process.env["FAILPOINTS"] ?? "", () => process.kill(process.pid, "SIGKILL"));
const fails = Number(process.env["FAILS"] ?? 0);
const tried = async (eventId: string, { attempt }: HandlerContext): Promise<void> => {
  await database.query("insert into public.tries values ($1, $2, clock_timestamp())", [eventId, attempt]);
  if (attempt <= fails) throw new Error(`attempt ${attempt} fails`);
};
const failing: Partial<Settings> = {
  attemptsAtMs: Array.from({ length: fails + 2 }, (_, index) => index * 2_000),
  breaker: { ...defaults.breaker, failures: 1_000 },
};
const runtime = await running({
  database,
  transport,
  services: fails > 0 ? witnesses(tried) : witnesses(),
  failpoints,
  settings: { leaseMs: 1_000, handlerTimeoutMs: 1_500, ...(fails > 0 ? failing : {}) },
});
const drain = async (): Promise<void> => {
  const { drained } = await runtime.stop(10_000);
  await transport.close(1_000);
  await database.close();
  process.exitCode = drained ? 0 : 1;
};
const blockMs = Number(process.env["BLOCK_MS"] ?? 0);
process.on("SIGUSR2", () => {
  process.stdout.write("blocked\n");
  const until = performance.now() + blockMs;
  while (performance.now() < until);
  process.stdout.write("unblocked\n");
});
process.once("SIGTERM", () => void drain());
process.stdout.write("ready\n");
for (let command = 0; command < Number(process.env["COMMANDS"] ?? 0); command += 1) {
  await send(runtime, "sales", placed(`k${command % 7}`), placed(`k${(command + 3) % 7}`)).catch(() => undefined);
}
process.stdout.write("sent\n");
