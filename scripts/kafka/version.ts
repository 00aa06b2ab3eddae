import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the broker's Maven coordinates stand: the one place that names the version of Kafka. */
export const pomFile = join(import.meta.dirname, "pom.xml");

/** The version of Apache Kafka that is started, whichever way: `4.x.y`. */
export function kafkaVersion(pom = readFileSync(pomFile, "utf8")): string {
  const version = /<kafka\.version>([^<]+)</.exec(pom)?.[1];
  if (version === undefined) throw new Error(`${pomFile} names no <kafka.version>.`);
  return version;
}
