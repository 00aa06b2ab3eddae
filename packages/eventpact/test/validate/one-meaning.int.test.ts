import { describe } from "@jest/globals";
import { describeOneMeaning } from "./one-meaning.ts";

describe("a schema has one meaning", () => {
  describeOneMeaning(Number(process.env["SCHEMAS"] ?? 250), 80, Number(process.env["SEED"] ?? 29));
});
