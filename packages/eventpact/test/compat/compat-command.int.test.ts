import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

test("the memory that many pairs of schemas take does not grow with their number", async () => {
  const command = fileURLToPath(new URL("../../bin/eventpact.js", import.meta.url));
  const limited = ["--max-old-space-size=48", command, "compat", "--pairs", "-", "--format", "json"];
  const child = spawn(process.execPath, limited, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const description = "words ".repeat(10_000);
  const pair = JSON.stringify({
    name: "one",
    old: { description, type: "string" },
    new: { description, type: "string" },
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let answers = 0;
  child.stdout.on("data", (chunk: Buffer) => (answers += chunk.toString().split("\n").length - 1));
  for (let count = 0; count < 1000; count += 1)
    if (!child.stdin.write(`${pair}\n`)) await new Promise((resolve) => child.stdin.once("drain", resolve));
  child.stdin.end();
  expect(await ended).toBe(0);
  expect(answers).toBe(1000);
});
