import { describeWorlds } from "./random-worlds.ts";

describeWorlds(Number(process.env["WORLDS"] ?? 20), Number(process.env["SEED"] ?? 1));
