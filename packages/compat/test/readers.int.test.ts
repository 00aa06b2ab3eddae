import { describe, jest } from "@jest/globals";
import { describeRandomReaders } from "./random-readers.ts";

jest.setTimeout(1_800_000);

describe("readers of many random schemas", () => {
  describeRandomReaders(Number(process.env["READERS_SCALE"] ?? 8));
});
