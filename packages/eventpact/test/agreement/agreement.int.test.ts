import { test } from "@jest/globals";
import fc from "fast-check";
import { changes, compareContracts, compareRooms, contractChanges } from "./agreement.ts";

const numRuns = Number(process.env["AGREEMENT_RUNS"] ?? 50);

test("all rooms give one answer to many changes more", async () => {
  await fc.assert(fc.asyncProperty(changes, compareRooms), { numRuns });
  await fc.assert(fc.asyncProperty(contractChanges, compareContracts), { numRuns: Math.ceil(numRuns / 5) });
}, 600_000);
