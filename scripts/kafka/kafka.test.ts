import { describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { runWords } from "./docker.ts";
import { freePort } from "./reach.ts";
import { commonSettings, containerEnvironment, serverProperties } from "./settings.ts";
import { kafkaVersion } from "./version.ts";

const root = join(import.meta.dirname, "..", "..");

interface Compose {
  readonly services: Record<
    string,
    { readonly image: string; readonly ports: readonly string[]; readonly environment: Record<string, string> }
  >;
}

const compose = parse(readFileSync(join(root, "docker-compose.yaml"), "utf8")) as Compose;

async function kafka(words: readonly string[], environment: Record<string, string>): Promise<[number, string]> {
  const child = spawn(process.execPath, [join(root, "scripts", "kafka.ts"), ...words], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr.on("data", (chunk) => (text += String(chunk)));
  const [code] = (await once(child, "close")) as [number];
  return [code, text];
}

describe("every way of starting Kafka", () => {
  test("starts the version that the pom names", () => {
    expect(kafkaVersion()).toMatch(/^4\.\d+\.\d+$/);
    expect(runWords("name", 9092).at(-1)).toBe(`apache/kafka:${kafkaVersion()}`);
    expect(compose.services["kafka"]?.image).toBe(`apache/kafka:${kafkaVersion()}`);
  });

  test("uses the same settings", () => {
    const properties = serverProperties({ host: "127.0.0.1", port: 1, controllerPort: 2, logDir: "/data" });
    const docker = containerEnvironment(9092);
    const written = compose.services["kafka"]?.environment ?? {};
    for (const [name, value] of Object.entries(commonSettings)) {
      const variable = `KAFKA_${name.replaceAll(".", "_").toUpperCase()}`;
      expect(properties).toContain(`${name}=${value}\n`);
      expect(docker[variable]).toBe(value);
      // The compose file has one more listener, for its other containers.
      if (name !== "listener.security.protocol.map")
        expect({ [variable]: written[variable] }).toEqual({ [variable]: value });
    }
  });

  test("listens on loopback only", () => {
    expect(runWords("name", 9092)).toContain("127.0.0.1:9092:9092");
    const ports = Object.values(compose.services).flatMap(({ ports = [] }) => ports);
    expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
    expect(ports).toHaveLength(3);
  });
});

describe("npm run kafka", () => {
  test("says so when nothing answers where KAFKA_BROKERS points", async () => {
    const nowhere = `127.0.0.1:${await freePort()}`;
    const [code, text] = await kafka([], { KAFKA_BROKERS: nowhere });
    expect(code).toBe(1);
    expect(text).toContain(`KAFKA_BROKERS names ${nowhere}, where no Kafka answers`);
  });

  test("says what to install where neither Docker nor Java is there", async () => {
    const [code, text] = await kafka(["--port", "0"], { KAFKA_BROKERS: "", PATH: "/nowhere", JAVA_HOME: "/nowhere" });
    expect(code).toBe(1);
    expect(text).toContain("No Kafka can be started here");
    expect(text).toContain("apt install openjdk-17-jre-headless maven");
  });

  test("refuses a port that is none", async () => {
    const [code, text] = await kafka(["--port", "notaport"], {});
    expect([code, text]).toEqual([1, "--port notaport is not a port.\n"]);
  });
});
