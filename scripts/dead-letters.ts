// `npm run dead-letters`: the dead letters of a running shop, from a terminal. `-- --help` tells the rest.
import { CommandError } from "./dead-letters/client.ts";
import { run } from "./dead-letters/command.ts";

try {
  process.exitCode = await run(process.argv.slice(2), process.env, {
    out: (line) => console.log(line),
    err: (line) => console.error(line),
  });
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  console.error(error.message);
  process.exitCode = error.exit;
}
