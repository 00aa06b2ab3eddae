// One tool in a process of its own: a hang or a crash of a tool must not stop the benchmark.
import { peersFolder } from "./peers.ts";
import { tools } from "./tools.ts";
import type { BenchPair } from "./questions.ts";

const tool = tools.find(({ name }) => name === process.argv[2]);
if (!tool || !process.send) throw new Error("started by run.ts with the name of a tool");
const ask = await tool.load(peersFolder);

process.on("message", (pair: BenchPair) => {
  const started = performance.now();
  Promise.resolve()
    .then(() => ask(pair))
    .then(
      (answers) => process.send?.({ ...answers, milliseconds: performance.now() - started }),
      (error: unknown) => process.send?.({ error: String(error), milliseconds: performance.now() - started }),
    );
});
process.send({ ready: true });
