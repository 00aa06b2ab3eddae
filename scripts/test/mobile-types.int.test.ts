/** The generator is fetched from npm, and the Kotlin compiler from Maven Central (about 60 MB, kept by Maven). */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { nodeFileSystem, readModel, type JsonObject } from "eventpact";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "mobile-"));
let kotlin: string;
let swift: string;

function run(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ended with ${status}:\n${stdout}${stderr}`);
}

beforeAll(() => {
  run(process.execPath, [join(root, "scripts", "mobile-types.ts"), "--out", folder]);
  kotlin = readFileSync(join(folder, "OrderEvents.kt"), "utf8");
  swift = readFileSync(join(folder, "OrderEvents.swift"), "utf8");
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The text of one type, from its name to the end of its fields. */
const typeIn = (text: string, begin: string): string => text.split(begin)[1]?.split(/^[)}]/m)[0] ?? "";

describe("the types for phones", () => {
  test("have every event version that tracking hears, with every field of its data, by its name on the wire", async () => {
    const model = await readModel("asyncapi", { fileSystem: nodeFileSystem(root) });
    const heard = model.events.filter(({ receivers }) => receivers.includes("tracking"));
    expect(heard.length).toBeGreaterThan(5);
    for (const { key, payload } of heard) {
      const name = key.replace(".v", "V");
      const { data } = (payload as unknown as { schema: { properties: { data: JsonObject } } }).schema.properties;
      for (const field of Object.keys(data["properties"] as JsonObject)) {
        expect(typeIn(kotlin, `data class ${name}Data (`)).toMatch(
          new RegExp(`@SerialName\\("${field}"\\)|val ${field}:`),
        );
        expect(typeIn(swift, `struct ${name}Data:`)).toContain(`"${field}"`);
      }
    }
  });

  test("have the step of the stream, and one Money for all events", () => {
    for (const text of [kotlin, swift]) {
      expect(text.match(/(class|struct) Step\b/g)).toHaveLength(1);
      expect(text.match(/(class|struct) \w*Money\b/g)).toHaveLength(1);
    }
  });

  test("are what docs/mobile.md shows", () => {
    const shown = readFileSync(join(root, "docs", "mobile.md"), "utf8");
    const blocks = [...shown.matchAll(/^```(kotlin|swift)\n([\s\S]*?)^```$/gm)];
    expect(blocks.length).toBe(2);
    for (const [, language, text = ""] of blocks) expect(language === "kotlin" ? kotlin : swift).toContain(text);
  });

  test("compile as Kotlin, with the serialization plugin", () => {
    const classPath = join(folder, "class-path");
    const pom = join(import.meta.dirname, "support", "kotlin.pom.xml");
    const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";
    run("mvn", ["-B", "-q", "-f", pom, goal, `-Dmdep.outputFile=${classPath}`]);
    const jars = readFileSync(classPath, "utf8").trim();
    const plugin = jars.split(delimiter).find((jar) => jar.includes("serialization-compiler-plugin"));
    const compile = (file: string) =>
      run("java", [
        ..."-Xmx700m -cp".split(" "),
        jars,
        ..."org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-stdlib -no-reflect".split(" "),
        `-Xplugin=${plugin}`,
        "-classpath",
        jars,
        "-d",
        join(folder, "classes"),
        file,
      ]);
    // As an app would use it: what is wrong here is wrong there.
    const use = `
fun read(text: String): String? = Json { ignoreUnknownKeys = true }.decodeFromString(Step.serializer(), text).trackingNumber
fun carrier(event: OrderShippedV1): String = event.data.carrier
`;
    const whole = join(folder, "Whole.kt");
    writeFileSync(whole, kotlin + use);
    compile(whole);
  }, 600_000);
});
