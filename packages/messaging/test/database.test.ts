import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { lockDataDir } from "../src/database/data-dir-lock.ts";
import { migrate, readMigrations } from "../src/database/migrations.ts";
import { MessagingError } from "../src/index.ts";
import type { Database } from "../src/index.ts";
import { embeddedForTests } from "./support/embedded.ts";

const scratch = mkdtempSync(join(tmpdir(), "eventpact-"));
let database: Database;
beforeAll(async () => {
  database = await embeddedForTests();
});
afterAll(async () => {
  await database.close();
  rmSync(scratch, { recursive: true, force: true });
});

describe("the lock of an embedded data directory", () => {
  test("a second start is refused, naming the process and the directory; after kill -9 the next one starts", async () => {
    const dir = join(scratch, "data");
    const module = new URL("../src/database/data-dir-lock.ts", import.meta.url).href;
    const script = `import { lockDataDir } from ${JSON.stringify(module)}; lockDataDir(${JSON.stringify(dir)}); process.stdout.write("locked"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const refused = (): unknown => {
      try {
        lockDataDir(dir)();
        return undefined;
      } catch (error) {
        return error;
      }
    };
    expect(refused()).toMatchObject({ code: "data-dir-in-use" });
    expect((refused() as Error).message).toContain(`process ${child.pid}`);
    expect((refused() as Error).message).toContain(dir);
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
    expect(refused()).toBeUndefined();
  });

  test("one process cannot open it twice either, and giving it back frees it", () => {
    const dir = join(scratch, "twice");
    const unlock = lockDataDir(dir);
    expect(() => lockDataDir(dir)).toThrow(MessagingError);
    unlock();
    lockDataDir(dir)();
  });
});

describe("migrations", () => {
  const folder = (name: string, files: Record<string, string>): URL => {
    const dir = join(scratch, name);
    mkdirSync(dir, { recursive: true });
    for (const [file, sql] of Object.entries(files)) writeFileSync(join(dir, file), sql);
    return pathToFileURL(dir);
  };
  const apply = async (schema: string, files: Record<string, string>, name = schema) =>
    migrate(database, schema, [{ part: "service", migrations: await readMigrations(folder(name, files)) }]);

  test("are applied once each, in order, also when several processes start at once", async () => {
    const files = {
      "001-one.sql": "create table one (n integer); insert into one values (1);",
      "002-two.sql": "insert into one values (2);",
    };
    await Promise.all([apply("m1", files), apply("m1", files), apply("m1", files)]);
    const { rows } = await database.transaction({ schema: "m1" }, (session) =>
      session.query("select n from one order by n"),
    );
    expect(rows).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test("one that was edited after it was applied is an error; line ends do not count", async () => {
    await apply("m2", { "001-one.sql": "create table one ();\n" });
    await apply("m2", { "001-one.sql": "create table one ();\r\n" });
    await expect(apply("m2", { "001-one.sql": "create table two ();\n" })).rejects.toMatchObject({
      code: "migration-changed",
    });
  });

  test("one that fails leaves nothing of itself", async () => {
    await expect(apply("m3", { "001-one.sql": "create table one (); select nonsense;" })).rejects.toMatchObject({
      code: "migration-failed",
    });
    await apply("m3", { "001-one.sql": "create table one ();" });
  });

  test.each([
    ["a gap", ["001-a.sql", "003-b.sql"]],
    ["a double", ["001-a.sql", "001-b.sql"]],
    ["another name", ["1-a.sql"]],
  ])("%s in the numbers is refused", async (name, files) => {
    const contents = Object.fromEntries(files.map((file) => [file, "select 1"]));
    await expect(apply("m4", contents, `m4-${name.replaceAll(" ", "-")}`)).rejects.toMatchObject({
      code: "migration-misnumbered",
    });
  });
});

describe("a transaction", () => {
  test("that fails undoes everything; what is not awaited fails instead of leaking", async () => {
    let leaked: Promise<unknown> = Promise.resolve();
    const work = database.transaction({ schema: "public" }, async (session) => {
      await session.execute("create table gone ()");
      leaked = new Promise((resolve) => setTimeout(resolve, 20))
        .then(() => session.query("select 1"))
        .catch((error: unknown) => error);
      throw new Error("no");
    });
    await expect(work).rejects.toThrow("no");
    expect(await leaked).toMatchObject({ code: "transaction-closed" });
    await expect(
      database.transaction({ schema: "public" }, (session) => session.query("select * from gone")),
    ).rejects.toThrow();
  });

  test("nested work undoes only itself", async () => {
    await database.transaction({ schema: "public" }, async (session) => {
      await session.execute("create temp table kept (n integer)");
      await session.nested(() => session.query("insert into kept values (1)"));
      await session.nested(() => session.query("insert into kept values ('x')")).catch(() => undefined);
      await session
        .nested(async () => {
          await session.query("insert into kept values (2)");
          throw new Error("undone");
        })
        .catch(() => undefined);
      await session.nested(() => session.query("insert into kept values (3)"));
      expect((await session.query("select n from kept order by n")).rows).toEqual([{ n: 1 }, { n: 3 }]);
    });
  });

  test("that says nothing, or fails before or in its first statement, leaves nothing for the next one", async () => {
    const ask = (text: string) => database.transaction({ schema: "public" }, (session) => session.query(text));
    await database.transaction({ schema: "public", readOnly: true }, async () => undefined);
    await expect(
      database.transaction({ schema: "public", readOnly: true }, () => Promise.reject(new Error("early"))),
    ).rejects.toThrow("early");
    await expect(ask("select no_such_column")).rejects.toMatchObject({ code: "42703" });
    await expect(ask("select no_such_column")).rejects.toMatchObject({ code: "42703" });
    // The read-only transactions are over: this one writes.
    await ask("create table said_nothing (n integer)");
    expect((await ask("insert into said_nothing values (1), (2) returning n")).rows).toEqual([{ n: 1 }, { n: 2 }]);
    expect((await ask("select n from said_nothing order by n")).rows).toHaveLength(2);
  });

  test("statements are prepared once, and learnt anew when a table has changed under them", async () => {
    const insert = (n: number) =>
      database.transaction({ schema: "public" }, (session) =>
        session.query("insert into learnt (n) values ($1) returning *", [n]),
      );
    const change = (text: string) => database.transaction({ schema: "public" }, (session) => session.execute(text));
    await change("create table learnt (n integer)");
    expect((await insert(1)).rows).toEqual([{ n: 1 }]);
    expect(await insert(2)).toEqual({ rows: [{ n: 2 }], affected: 1 });
    await change("alter table learnt add column more text default 'x'");
    expect((await insert(3)).rows).toEqual([{ n: 3, more: "x" }]);
    await change("drop table learnt");
    await expect(insert(4)).rejects.toMatchObject({ code: "42P01" });
    await change("create table learnt (n text)");
    expect((await insert(5)).rows).toEqual([{ n: "5" }]);
  });

  test("more statements than are kept all answer right", async () => {
    const read = (n: number) =>
      database.query(`select ${n}::bigint as n, $1::bytea as bytes`, [Uint8Array.of(0, n % 256)]);
    for (let n = 0; n < 600; n += 1) await read(n);
    for (const n of [0, 599, 300]) {
      expect((await read(n)).rows).toEqual([{ n, bytes: Uint8Array.of(0, n % 256) }]);
    }
  });

  test("values of every kind come back as they went: arrays, bytes, dates, JSON, nothing", async () => {
    const values = [
      ["a,b", 'c"d', null],
      [Buffer.from("\\x"), Buffer.alloc(0)],
      new Date(0),
      { a: [1] },
      null,
      2 ** 53 - 1,
    ];
    const { rows } = await database.query(
      "select $1::text[] as texts, $2::bytea[] as bytes, $3::timestamptz as at, $4::jsonb as json, $5::text as none, $6::bigint as big",
      values,
    );
    expect(rows).toEqual([
      {
        texts: ["a,b", 'c"d', null],
        bytes: [new Uint8Array(Buffer.from("\\x")), new Uint8Array()],
        at: new Date(0),
        json: { a: [1] },
        none: null,
        big: 2 ** 53 - 1,
      },
    ]);
  });

  test("timers and sockets are served while one statement follows the other", async () => {
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 5);
    for (let n = 0; n < 1_000; n += 1) await database.query("select $1::int as n", [n]);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
  });
});
