import { expect, test } from "@jest/globals";
import { spoilt, valid, verdicts } from "../support/official-verdicts.ts";

// Each question to the official parser takes half a second: all of them are asked in agreement.int.test.ts.
test("our reader and the official parser both accept a valid document", async () => {
  expect(await verdicts(valid)).toEqual({ ours: true, official: true });
});

test.each(spoilt.slice(0, 2))("both refuse %s", async (_, spoil) => {
  expect(await verdicts(spoil(valid))).toEqual({ ours: false, official: false });
});
