// The shop as a process of its own, for measuring: prints where it listens, then what it holds when asked on stdin.
import { readEnvironment, startHost } from "@eventpact/host";
import { shop } from "../../lib/shop.ts";

const host = await startHost({
  services: shop,
  environment: readEnvironment(process.env, { port: 0, dataDir: ".data/bench" }),
});
process.stdout.write(`${JSON.stringify({ url: host.url })}\n`);
process.stdin.on("data", () => {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${JSON.stringify({ rss, heapUsed, cpuMs: (user + system) / 1_000 })}\n`);
});
process.stdin.on("end", () => void host.close(5_000).then(() => process.exit(0)));
