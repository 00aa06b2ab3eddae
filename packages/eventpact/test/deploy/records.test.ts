import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { fileNameOf } from "../../src/contracts/file-names.ts";
import { readService, serviceText } from "../../src/deploy/environment.ts";
import { runCommand } from "../support/run-command.ts";
import { base, becomes, shopFolder, withVersion2 } from "./support/small-shop.ts";

const serviceFile = (service: string, name = "production") => `contracts/environments/${name}/${service}.json`;

/** What is recorded of an environment: service → lists. */
const environmentOf = (folder: string, name = "production") => {
  const files = readdirSync(join(folder, "contracts/environments", name)).toSorted();
  const services = Object.fromEntries(
    files.map((file) => {
      const { format, environment, service, ...lists } = JSON.parse(
        readFileSync(join(folder, "contracts/environments", name, file), "utf8"),
      );
      expect([format, environment, `${service}.json`]).toEqual([2, name, file]);
      return [service, lists];
    }),
  );
  return { services };
};

const objectsOf = (folder: string): readonly string[] =>
  readdirSync(join(folder, "contracts/store"), { recursive: true, encoding: "utf8" }).filter((one) =>
    one.endsWith(".json"),
  );

const record = (folder: string, version: string, today: string, ...more: string[]) =>
  runCommand(folder, ["record-deployment", "--all", "--here", "--version", version, ...more], { today });

describe("record-deployment", () => {
  test("writes who runs since when, and keeps the content by its hash", async () => {
    using folder = shopFolder(base);
    const { exitCode, stdout } = await record(folder.path, "1.0.0", "2026-01-01");
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("production: order 1.0.0 is deployed.\n")]);
    const { services } = environmentOf(folder.path);
    expect(Object.keys(services)).toEqual(["analytics", "email", "order"]);
    expect(services.order).toEqual({
      deployed: [
        {
          version: "1.0.0",
          since: "2026-01-01T12:00:00.000Z",
          contents: expect.stringMatching(/^[0-9a-f]{64}$/),
          code: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ],
    });
    // Three services, one message, two contracts.
    expect(objectsOf(folder.path)).toHaveLength(6);
    const stored = JSON.parse(
      readFileSync(
        join(folder.path, "contracts/store", services.email.deployed[0].contents.replace(/^../, "$&/") + ".json"),
        "utf8",
      ),
    );
    expect(stored).toMatchObject({ kind: "service", service: "email", sends: [], pacts: [{ provider: "order" }] });
  });

  test("keeps what the verification of the version found, though it was not asked to keep it then", async () => {
    using folder = shopFolder(base);
    await runCommand(folder.path, ["verify"]);
    await record(folder.path, "1.0.0", "2026-01-01");
    rmSync(join(folder.path, ".cache"), { recursive: true });
    const { exitCode } = await runCommand(folder.path, ["can-i-deploy", "--service", "email", "--version", "1.0.0"]);
    expect(exitCode).toBe(0);
  });

  test("says the same again without changing a byte, and stores the same content once for all environments", async () => {
    using folder = shopFolder(base);
    await record(folder.path, "1.0.0", "2026-01-01");
    const before = readFileSync(join(folder.path, serviceFile("order")), "utf8");
    const { stdout } = await record(folder.path, "1.0.0", "2026-02-02");
    expect(stdout).toContain("order 1.0.0 was recorded already");
    expect(readFileSync(join(folder.path, serviceFile("order")), "utf8")).toBe(before);
    await record(folder.path, "1.0.0", "2026-02-02", "--to", "staging");
    expect(objectsOf(folder.path)).toHaveLength(6);
  });

  test("puts the version in place of the one before, or beside it", async () => {
    using folder = shopFolder(base);
    await record(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, withVersion2({}));
    const one = ["record-deployment", "--service", "email", "--here", "--version"];
    await runCommand(folder.path, [...one, "1.1.0", "--beside"], { today: "2026-01-02" });
    expect(environmentOf(folder.path).services.email.deployed).toHaveLength(2);
    const { stdout } = await runCommand(folder.path, [...one, "1.1.0"], { today: "2026-01-03" });
    expect(stdout).toBe("production: email 1.1.0 is deployed, in place of 1.0.0.\n");
    expect(environmentOf(folder.path).services.email).toMatchObject({
      deployed: [{ version: "1.1.0", since: "2026-01-02T12:00:00.000Z" }],
      past: [{ version: "1.0.0", since: "2026-01-01T12:00:00.000Z", until: "2026-01-03T12:00:00.000Z" }],
    });
  });

  test("takes a version that was recorded elsewhere as it was, whatever the files say now", async () => {
    using folder = shopFolder(base);
    await record(folder.path, "1.0.0", "2026-01-01", "--to", "staging");
    becomes(folder.path, withVersion2({}));
    await runCommand(folder.path, ["record-deployment", "--all", "--version", "1.0.0"], { today: "2026-01-02" });
    const [staging, production] = ["staging", "production"].map((name) => environmentOf(folder.path, name).services);
    expect(production.email.deployed[0].contents).toBe(staging.email.deployed[0].contents);
  });

  test("better words in a document make no new version", async () => {
    using folder = shopFolder(base);
    await record(folder.path, "1.0.0", "2026-01-01");
    const file = join(folder.path, "asyncapi/events/OrderShipped.v1.yaml");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace('"type": "string"', '"description": "Better.", "type": "string"'),
    );
    await record(folder.path, "1.0.1", "2026-01-02");
    const { deployed, past } = environmentOf(folder.path).services.email;
    expect(deployed[0].contents).toBe(past[0].contents);
  });
});

describe("record-undeployment and record-release", () => {
  test("a version that is gone is past, from that moment", async () => {
    using folder = shopFolder(base);
    await record(folder.path, "1.0.0", "2026-01-01");
    await runCommand(folder.path, ["record-undeployment", "--service", "email"], { today: "2026-01-05" });
    expect(environmentOf(folder.path).services.email).toEqual({
      past: [expect.objectContaining({ version: "1.0.0", until: "2026-01-05T12:00:00.000Z" })],
    });
    const { exitCode, stderr } = await runCommand(folder.path, ["record-undeployment", "--service", "email"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("production has no email")]);
  });

  test("released versions are there beside each other until one is supported no longer", async () => {
    using folder = shopFolder(base);
    for (const version of ["1.0.0", "2.0.0"])
      await runCommand(folder.path, ["record-release", "--service", "email", "--here", "--version", version]);
    expect(environmentOf(folder.path).services.email.released).toHaveLength(2);
    await runCommand(folder.path, ["record-undeployment", "--service", "email", "--version", "1.0.0"]);
    expect(environmentOf(folder.path).services.email).toMatchObject({
      released: [{ version: "2.0.0" }],
      past: [{ version: "1.0.0" }],
    });
  });
});

describe("records that are not what they were", () => {
  test("a conflict left by a merge is told with the file, and nothing is judged", async () => {
    using folder = shopFolder(base);
    await record(folder.path, "1.0.0", "2026-01-01");
    const file = join(folder.path, serviceFile("email"));
    writeFileSync(file, `<<<<<<< ours\n${readFileSync(file, "utf8")}`);
    const { exitCode, stderr } = await runCommand(folder.path, ["can-i-deploy", "--service", "order"]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(
        /contracts\/environments\/production\/email\.json:1:1 cannot be read\. It holds the marks of a merge/,
      ),
    ]);
    const { stdout } = await runCommand(folder.path, ["check", "--format", "json"]);
    expect(JSON.parse(stdout).diagnostics).toContainEqual(
      expect.objectContaining({ code: "records-unreadable", file: "contracts/environments/production" }),
    );
  });

  test("an object that is missing or was edited is told with its name", async () => {
    using folder = shopFolder(base);
    await record(folder.path, "1.0.0", "2026-01-01");
    const { contents } = environmentOf(folder.path).services.email.deployed[0];
    const file = join(folder.path, "contracts/store", `${contents.slice(0, 2)}/${contents.slice(2)}.json`);
    writeFileSync(file, readFileSync(file, "utf8").replace("OrderShipped.v1", "OrderLost.v1"));
    const edited = await runCommand(folder.path, ["can-i-deploy", "--service", "order"]);
    expect([edited.exitCode, edited.stderr]).toEqual([2, expect.stringContaining("is not what its name says")]);
    rmSync(file);
    const missing = await runCommand(folder.path, ["can-i-deploy", "--service", "order"]);
    expect([missing.exitCode, missing.stderr]).toEqual([
      2,
      expect.stringContaining(`contracts/store has no ${contents}`),
    ]);
  });

  test("an environment that is misspelt is no empty one", async () => {
    using folder = shopFolder(base);
    await record(folder.path, "1.0.0", "2026-01-01");
    const { exitCode, stderr } = await runCommand(folder.path, [
      "can-i-deploy",
      "--service",
      "order",
      "--to",
      "prodution",
    ]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('Did you mean "production"?')]);
    const away = await runCommand(folder.path, ["record-deployment", "--all", "--to", "../elsewhere"]);
    expect([away.exitCode, away.stderr]).toEqual([2, expect.stringContaining("cannot be an environment's name")]);
  });
});

test("a service's file says the same when it is read and written again, whatever the service is called", () => {
  const hash = "a".repeat(64);
  const at = "2026-01-01T00:00:00.000Z";
  const past = [{ version: "2", since: at, until: "2026-01-02T00:00:00.000Z", contents: hash, producer: hash }];
  const record = { deployed: [{ version: "1", since: at, contents: hash }], released: [], past };
  for (const service of ["__proto__", "b", "../x", "Größe", ".hidden"]) {
    const written = serviceText("production", service, record);
    const file = fileNameOf(service);
    expect(file).toMatch(/^[A-Za-z0-9_%][A-Za-z0-9._+%-]*$/);
    expect(readService("production", file, written)).toEqual([service, record]);
  }
});

test("a version is its package's and its commit's, and says where files differ from it; records make no other version", async () => {
  using folder = shopFolder(base);
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...words], {
      cwd: folder.path,
      encoding: "utf8",
    });
  writeFileSync(join(folder.path, ".gitignore"), ".cache/\n");
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message=one");
  const commit = git("rev-parse", "--short=12", "HEAD").trim();
  await record(folder.path, "1.0.0", "2026-01-01");
  git("add", "--all");
  git("commit", "--quiet", "--message=two");
  const second = git("rev-parse", "--short=12", "HEAD").trim();
  const version = async () => {
    const words = ["can-i-deploy", "--service", "email", "--format", "json"];
    return JSON.parse((await runCommand(folder.path, words)).stdout).answers[0].version;
  };
  expect([commit === second, await version()]).toEqual([false, `0.0.0+${second}`]);
  await record(folder.path, "2.0.0", "2026-01-02");
  expect(await version()).toBe(`0.0.0+${second}`);
  becomes(folder.path, withVersion2({}));
  expect(await version()).toBe(`0.0.0+${second}.dirty`);
});
