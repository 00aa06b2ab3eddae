import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { kafkaVersion, pomFile } from "./version.ts";

const root = join(import.meta.dirname, "..", "..");

/** Where the jars of this pom are kept, whether or not they are there yet. */
export function jarFolder(): string {
  const pom = readFileSync(pomFile, "utf8");
  const print = createHash("sha256").update(pom).digest("hex").slice(0, 8);
  return join(root, ".cache", "kafka", `${kafkaVersion(pom)}-${print}`);
}

export const haveJars = (): boolean => existsSync(jarFolder());

/**
 * The folder with the broker's jars, resolved once from Maven Central (about 45 MB) and kept in `.cache/kafka`.
 * `tell` hears one line of progress at a time. Needs `mvn`; rejects with Maven's own words when it fails.
 */
export async function resolveJars(tell: (line: string) => void): Promise<string> {
  const folder = jarFolder();
  if (existsSync(folder)) return folder;
  // Into a folder of our own first: a broken download never looks complete, and two commands never mix.
  const staging = `${folder}.${process.pid}.part`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  try {
    tell(`Fetching Apache Kafka ${kafkaVersion()} from Maven Central (once, about 45 MB) …`);
    await runMaven(staging, tell);
    const jars = readdirSync(staging).filter((name) => name.endsWith(".jar"));
    if (!jars.some((name) => name.startsWith("kafka_"))) {
      throw new Error("Maven ended well but brought no Kafka.");
    }
    rename(staging, folder);
    tell(`Kept ${jars.length} jars in ${folder}.`);
    return folder;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    // Somebody else finished first with the same jars.
    if (!existsSync(to)) throw error;
  }
}

function runMaven(folder: string, tell: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const words = ["-B", "-f", pomFile, "dependency:copy-dependencies", `-DoutputDirectory=${folder}`];
    const maven = spawn("mvn", words, { stdio: ["ignore", "pipe", "pipe"], shell: process.platform === "win32" });
    const trouble: string[] = [];
    let fetched = 0;
    for (const stream of [maven.stdout, maven.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        if (/^\[(ERROR|FATAL)\]|^Error/.test(line)) trouble.push(line);
        const jar = /Downloaded from \S+: \S*\/([^/\s]+\.jar) \(([^)]+)\)/.exec(line);
        if (jar) tell(`  ${(fetched += 1)}  ${jar[1]}  ${jar[2]}`);
      });
    }
    maven.once("error", reject);
    maven.once("close", (code) => {
      if (code === 0) resolve();
      else {
        const why = trouble.slice(0, 6).join("\n") || `mvn ended with ${code}`;
        reject(new Error(`The jars could not be fetched from Maven Central:\n${why}`));
      }
    });
  });
}
