import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { catalogue } from "../src/errors.ts";

const target = new URL("../../../docs/errors.md", import.meta.url);

/** The catalogue of errors as a page; the page in docs/ is this text, and a test holds that. */
export function errorsPage(): string {
  const sections = Object.entries(catalogue)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(
      ([code, [retryable, what, wayOut]]) =>
        `## ${code}\n\n${what} ${retryable ? "Tried again by itself." : "Not tried again."}\n\n**What to do:** ${wayOut}\n`,
    );
  return `# Errors of the runtime

Every technical error is a \`MessagingError\` with a \`code\` from this page, \`retryable\`, and its \`cause\`. A refusal for
business reasons is never an error: it is an event.

<!-- Generated from packages/messaging/src/errors.ts by \`node packages/messaging/scripts/errors-doc.ts\`. -->

${sections.join("\n")}`;
}

if (import.meta.main) {
  writeFileSync(target, errorsPage());
  process.stdout.write(`Wrote ${Object.keys(catalogue).length} errors to ${fileURLToPath(target)}\n`);
}
