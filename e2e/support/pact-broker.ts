// A process of its own for the stand-in of a Pact Broker: whoever follows a walk-through waits for its commands, and answers nobody meanwhile.
import { startPactBroker } from "../../packages/eventpact/test/deploy/support/pact-broker.ts";

const { url } = await startPactBroker();
process.stdout.write(`${url}\n`);
process.stdin.resume().on("end", () => process.exit(0));
