// Places an order in a running shop and follows it: `node packages/tracking-client/examples/follow.ts [url] [orderId]`.
// CUSTOMER=bob is poor. Stop the shop in the middle and start it again: nothing is missed.
import { followOrder } from "../src/index.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const [url = "http://localhost:3000", given] = process.argv.slice(2);

async function place(): Promise<string> {
  const answer = await fetch(`${url}/orders`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      customerId: process.env["CUSTOMER"] ?? "alice",
      email: "alice@example.com",
      items: [{ productId: "ceramic-mug", quantity: 1 }],
      shippingAddress: { name: "Alice", line1: "12 Rue des Lilas", city: "Lyon", postalCode: "69003", country: "FR" },
    }),
  });
  const { orderId, detail } = (await answer.json()) as { orderId?: string; detail?: string };
  if (orderId === undefined) throw new Error(`The order was not taken: ${detail}`);
  return orderId;
}

const orderId = given ?? (await place());
say(`Order ${orderId}`);
for await (const step of followOrder(url, orderId, { onCondition: (condition) => say(`  (${condition})`) })) {
  switch (step.status) {
    case "SHIPPED":
      say(`${step.sequence} ${step.at} shipped with ${step.carrier}, ${step.trackingNumber}`);
      break;
    case "CANCELLED":
      say(`${step.sequence} ${step.at} cancelled: ${step.reason}`);
      break;
    default:
      say(`${step.sequence} ${step.at} ${step.status.toLowerCase()}`);
  }
}
