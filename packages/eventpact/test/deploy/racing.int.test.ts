import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { whileLocked } from "../../src/contracts/written.ts";
import { temporaryFolder } from "../support/run-command.ts";
import { attackedShop } from "./support/attacked-shop.ts";

const bin = join(import.meta.dirname, "../../bin/eventpact.js");

/** Runs a command in a process of its own; `killAfterMs` ends it with no chance to clear away. */
function started(cwd: string, words: string, killAfterMs?: number): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...words.split(" ")], { cwd, stdio: "ignore" });
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}

describe("writers at once", () => {
  test("lose nothing: every process's deployment is there, in one environment", async () => {
    using shop = attackedShop();
    for (const version of ["1", "2"]) {
      const words = (service: string) =>
        `record-deployment --service ${service} --here --version ${version} --to production --no-cache`;
      const codes = await Promise.all(["order", "email", "analytics"].map((name) => started(shop.path, words(name))));
      expect(codes).toEqual([0, 0, 0]);
      const there = shop
        .list("contracts/environments/production")
        .map((name) => JSON.parse(shop.read(`contracts/environments/production/${name}`)).deployed[0].version);
      expect(there).toEqual([version, version, version]);
    }
  });

  test("of one service are one after the other: each version was there", async () => {
    using shop = attackedShop();
    const versions = ["1", "2", "3", "4"];
    const codes = await Promise.all(
      versions.map((version) =>
        started(shop.path, `record-deployment --service order --here --version ${version} --to production`),
      ),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    const { deployed, past } = JSON.parse(shop.read("contracts/environments/production/order.json"));
    expect([...past, ...deployed].map(({ version }: { version: string }) => version).toSorted()).toEqual(versions);
  });

  test("that are killed at any moment leave what was or what is, and the next one goes on", async () => {
    using shop = attackedShop();
    await shop.run("record-deployment --all --here --version 0 --to production");
    for (let round = 1; round <= 12; round += 1) {
      const before = shop.read("contracts/environments/production/order.json");
      const words = `record-deployment --service order --here --version ${round} --to production`;
      await started(shop.path, words, 150 + round * 40);
      const after = shop.read("contracts/environments/production/order.json");
      if (after !== before) expect(JSON.parse(after).deployed[0].version).toBe(String(round));
      expect((await shop.ask("--service email --to production")).exitCode).not.toBe(2);
    }
    expect(await started(shop.path, "record-deployment --service order --here --version last --to production")).toBe(0);
    expect(JSON.parse(shop.read("contracts/environments/production/order.json")).deployed).toMatchObject([
      { version: "last" },
    ]);
  });
});

describe("the lock", () => {
  test("lets one in at a time", async () => {
    using folder = temporaryFolder({});
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => whileLocked(folder.path, work)));
    expect([most, existsSync(join(folder.path, ".lock"))]).toEqual([1, false]);
  });

  test("of a process that is gone is taken over by one of those that wait, and only one", async () => {
    using folder = temporaryFolder({});
    const gone = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => gone.on("close", resolve));
    const { hostname } = await import("node:os");
    writeFileSync(join(folder.path, ".lock"), JSON.stringify({ token: "t", pid: gone.pid, host: hostname(), at: 0 }));
    let counted = 0;
    const work = async (): Promise<void> => {
      const file = join(folder.path, "count");
      const before = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
      await new Promise((resolve) => setImmediate(resolve));
      writeFileSync(file, String(before + 1));
      counted = before + 1;
    };
    await Promise.all(Array.from({ length: 10 }, () => whileLocked(folder.path, work)));
    expect([counted, readdirSync(folder.path)]).toEqual([10, ["count"]]);
  });
});

test("two branches that begin an environment, and record different services of it, merge to what both recorded", async () => {
  using shop = attackedShop({ ".gitignore": ".cache/\n" });
  const { execFileSync } = await import("node:child_process");
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...words], {
      cwd: shop.path,
      encoding: "utf8",
    });
  const commit = (): void => {
    git("add", "--all");
    git("commit", "--quiet", "--message=x");
  };
  git("init", "--quiet", "--initial-branch=main");
  commit();
  for (const service of ["order", "email"]) {
    git("checkout", "--quiet", "-b", service, "main");
    await shop.run(`record-deployment --service ${service} --here --version 1 --to staging`);
    commit();
  }
  git("merge", "--quiet", "--no-edit", "order");
  expect(shop.list("contracts/environments/staging")).toEqual(["email.json", "order.json"]);
  expect((await shop.ask("--service analytics --to staging")).exitCode).not.toBe(2);
});
