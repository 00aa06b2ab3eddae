import { test } from "@jest/globals";
import fc from "fast-check";
import { changes, compareContracts, compareRooms, contractChanges } from "./agreement.ts";

test("diff, check, the site, can-i-deploy and plan give one answer to whether a change is readable", async () => {
  await fc.assert(fc.asyncProperty(changes, compareRooms), { numRuns: 16, seed: 19 });
}, 60_000);

test("verify, can-i-deploy, plan and diff give one answer where contracts are the readers", async () => {
  await fc.assert(fc.asyncProperty(contractChanges, compareContracts), { numRuns: 6, seed: 19 });
}, 60_000);
