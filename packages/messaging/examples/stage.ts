// What every example needs around it: a database in memory for those who start it by hand, and patience.
import { openDatabase, type Database } from "@eventpact/messaging";

export type Print = (line: string) => void;
export type Example = (database: Database, print: Print) => Promise<void>;

/** Runs an example on an embedded database that is gone afterwards. */
export async function play(example: Example): Promise<void> {
  const database = await openDatabase({ memory: true });
  try {
    await example(database, (line) => process.stdout.write(`${line}\n`));
  } finally {
    await database.close();
  }
}

/** Waits until `condition` holds: events are handled soon, not at once. */
export async function soon(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
