import { describe } from "@jest/globals";
import { describeOneMeaning } from "./one-meaning.ts";

describe("a schema has one meaning", () => {
  describeOneMeaning(Number(process.env["SCHEMAS"] ?? 1_500), 80, Number(process.env["SEED"] ?? 29));
});
