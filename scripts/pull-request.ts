// `npm run pull-request`: what the workflow of a pull request asks about events and contracts, here as there. Annotations go
// to the terminal, the comment into .cache/pull-request.md (`--comment <file>`), and to the run's summary where there is one.
// `--against <commit>`: what the change is compared with (default: main, origin/main).
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { commentText } from "./pull-request/report.ts";
import { gate } from "./pull-request/steps.ts";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    against: { type: "string", default: "main" },
    comment: { type: "string", default: join(root, ".cache", "pull-request.md") },
  },
});

const steps = await gate(root, values.against, (lines) => process.stdout.write(lines));
const text = commentText(steps);
mkdirSync(dirname(values.comment), { recursive: true });
writeFileSync(values.comment, text);
const summary = process.env["GITHUB_STEP_SUMMARY"];
if (summary) appendFileSync(summary, text);
for (const { ok, title, summary: line, text: said = "" } of steps) {
  console.log(`${{ yes: "✓", no: "✗", unknown: "?" }[ok]} ${title}: ${line}`);
  if (ok !== "yes" && said !== "") console.log(said);
}
console.log(`The comment is in ${values.comment}.`);
process.exitCode = steps.some(({ ok }) => ok !== "yes") ? 1 : 0;
