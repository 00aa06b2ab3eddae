import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { checkModel } from "../../src/check/check-model.ts";
import { readModel } from "../../src/model/read-model.ts";
import { officialDiagnostics } from "../../src/official/official-parser.ts";
import { nodeFileSystem } from "../../src/read/node-file-system.ts";
import { spoilt, valid, verdicts } from "../support/official-verdicts.ts";

const fileSystem = nodeFileSystem(fileURLToPath(new URL("../../../../", import.meta.url)));

test("both find no error in any document of the shop, and the official parser no warning", async () => {
  const model = await readModel("asyncapi", { fileSystem });
  expect(model.documents.length).toBeGreaterThan(0);
  expect(checkModel(model).filter(({ severity }) => severity === "error")).toEqual([]);
  for (const { file } of model.documents)
    expect((await officialDiagnostics(fileSystem, file)).filter(({ severity }) => severity !== "info")).toEqual([]);
});

test.each(spoilt)("both refuse %s", async (_, spoil) => {
  expect(spoil(valid)).not.toBe(valid);
  expect(await verdicts(spoil(valid))).toEqual({ ours: false, official: false });
});
