// `npm start`: generates what is stale, checks the schemas, then serves the whole shop from this one process.
import { join } from "node:path";
import { readEnvironment, runHost } from "@eventpact/host";
import { main as eventpact } from "eventpact/cli";

/** Silent while all is well; what the toolchain said is shown when it stops the start. */
async function step(what: string, args: readonly string[]): Promise<void> {
  let said = "";
  const output = { write: (text: string) => void (said += text), isTerminal: process.stderr.isTTY };
  const code = await eventpact(args, {
    cwd: join(import.meta.dirname, ".."),
    env: process.env,
    stdout: output,
    stderr: output,
    now: () => new Date(),
  });
  if (code === 0) return;
  console.error(`${said}\nThe shop was not started: ${what}. Mend what is said above and start again.`);
  process.exit(code);
}

await step("the code made from the AsyncAPI documents could not be brought up to date", ["generate"]);
await step("the AsyncAPI documents have errors", ["check", "--only-documents"]);

// Only now: the services import what was just generated.
const { shop } = await import("./lib/shop.ts");
const host = await runHost(() => ({
  services: shop,
  environment: readEnvironment(process.env, { port: 3000, dataDir: ".data" }),
}));
if (host) {
  console.log(`The shop is open: ${host.url}

Place an order, then ask how it is:
  curl -s ${host.url}/orders -H 'content-type: application/json' -d '{
    "customerId": "alice", "email": "alice@example.com",
    "items": [{ "productId": "ceramic-mug", "quantity": 1 }],
    "shippingAddress": { "name": "Alice Martin", "line1": "12 Rue des Lilas", "city": "Lyon", "postalCode": "69003", "country": "FR" }
  }'
  curl -s ${host.url}/orders/<orderId>

^C stops it; the data stays.`);
}
