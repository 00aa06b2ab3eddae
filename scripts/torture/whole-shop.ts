// The whole shop as one process, without the toolchain's steps before it: what a torture run starts again and again.
import { readEnvironment, runHost } from "@eventpact/host";
import { shop } from "../lib/shop.ts";

const host = await runHost(() => ({
  services: shop,
  environment: readEnvironment(process.env, { port: 3000, dataDir: ".data" }),
}));
if (host) console.log(`the shop listens on ${host.url}`);
