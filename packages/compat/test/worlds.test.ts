import { describeWorlds } from "./random-worlds.ts";

describeWorlds(Number(process.env["WORLDS"] ?? 40), Number(process.env["SEED"] ?? 1));
