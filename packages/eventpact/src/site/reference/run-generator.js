// Runs @asyncapi/generator over documents, in a process of its own: argument 1 is the folder it is installed in; standard
// input is JSON { template, jobs: [{ file, out, site }] }; each line of standard output is { out, error? }.
import { createRequire } from "node:module";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const [, , installed] = process.argv;
const require = createRequire(join(installed, "package.json"));
const Generator = require("@asyncapi/generator");
const { template, jobs } = JSON.parse(await text(process.stdin));
// The generator and its libraries talk; the answer goes to standard output alone.
const answer = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
for (const { file, out, site } of jobs) {
  let error;
  try {
    const generator = new Generator(template, out, { forceWrite: true, templateParams: { site } });
    await generator.generateFromFile(file);
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
  }
  answer(`${JSON.stringify({ out, error })}\n`);
}
