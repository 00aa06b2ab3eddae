import { jest } from "@jest/globals";
import { describeWorlds } from "./random-worlds.ts";

jest.setTimeout(1_200_000);
describeWorlds(Number(process.env["WORLDS"] ?? 200), Number(process.env["SEED"] ?? 2));
