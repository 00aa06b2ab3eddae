import { describe } from "@jest/globals";
import { describeOneMeaning } from "./one-meaning.ts";

describe("a schema has one meaning", () => {
  describeOneMeaning(40, 60, 5);
});
