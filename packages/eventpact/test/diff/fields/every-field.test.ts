import { describe, expect, test } from "@jest/globals";
import type { Json } from "../../../src/read/json.ts";
import { compareFiles } from "../support/compare-files.ts";
import type { Field } from "../support/every-field.ts";
import { documentWith, fields, valuesOf } from "../support/every-field.ts";

/** Kinds of object that are compared as a whole, as part of the field that holds them. */
const parts = new Set(["tag", "externalDocs", "messageExample", "multiFormatSchema", "securityScheme", "oauth2Flow"]);

const compared = async (field: Field, from: Json | undefined, to: Json | undefined) => {
  const [older, newer] = [documentWith(field, from), documentWith(field, to)];
  if (older === undefined || newer === undefined) throw new Error(`there is no place for ${field.type}`);
  return compareFiles({ "asyncapi/orders.json": newer }, { older: { "asyncapi/orders.json": older } });
};

describe("a change of any field is told", () => {
  const byType = [...Map.groupBy(fields, ({ type }) => type)].filter(([type]) => !parts.has(type));

  test.each(byType)("of %s", async (_, all) => {
    for (const field of all) {
      const [one, two] = valuesOf(field);
      for (const [from, to] of [
        [one, two],
        [undefined, one],
        [one, undefined],
      ] as const) {
        const isRequired = from === undefined || to === undefined;
        if (isRequired && required.has(`${field.type}.${field.field}`)) continue;
        const { changes, verdict } = await compared(field, from, to);
        expect([field.type, field.field, from, to, changes.length > 0]).toEqual([
          field.type,
          field.field,
          from,
          to,
          true,
        ]);
        // Of a field whose row says that it breaks nobody, no change may break.
        if (field.row.hurt === "nobody" && field.row.kind === "judged") expect(verdict).toBe("compatible");
      }
    }
  });

  test("and nothing is told where nothing changed", async () => {
    for (const field of fields.filter(({ type }) => !parts.has(type))) {
      const [value] = valuesOf(field);
      expect([field.type, field.field, (await compared(field, value, value)).changes]).toEqual([
        field.type,
        field.field,
        [],
      ]);
    }
  });
});

/** Without these a document is none, or another one. */
const required = new Set(["document.asyncapi", "operation.action", "operation.channel", "channel.messages"]);
