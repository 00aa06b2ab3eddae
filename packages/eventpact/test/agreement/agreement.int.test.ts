import { test } from "@jest/globals";
import fc from "fast-check";
import { changes, compareContracts, compareRooms, contractChanges } from "./agreement.ts";

const numRuns = Number(process.env["AGREEMENT_RUNS"] ?? 50);
const seed = Number(process.env["AGREEMENT_SEED"] ?? 20261128);

test("all rooms give one answer to many changes more", async () => {
  await fc.assert(fc.asyncProperty(changes, compareRooms), { numRuns, seed });
  await fc.assert(fc.asyncProperty(contractChanges, compareContracts), { numRuns: Math.ceil(numRuns / 5), seed });
}, 600_000);
