import { expect, test } from "@jest/globals";
import { linesOf } from "../../src/compat/lines.ts";

async function linesFrom(chunks: readonly string[], maxBytes = 100): Promise<readonly (string | null)[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk, "latin1");
  }
  const found: (string | null)[] = [];
  for await (const line of linesOf(bytes(), maxBytes)) found.push(line.tooLong ? null : line.text);
  return found;
}

const utf8 = (text: string): string => Buffer.from(text).toString("latin1");

test("chunks may end anywhere, even inside of a character", async () => {
  const text = utf8("eins\nzwölf\r\n\ndrei");
  const whole = ["eins", "zwölf", "", "drei"];
  expect(await linesFrom([text])).toEqual(whole);
  expect(await linesFrom([...text])).toEqual(whole);
});

test("a line that is too long is skipped whole, and said so; the next one is read", async () => {
  expect(await linesFrom(["12345", "67890", "1\nnext\n"], 10)).toEqual([null, "next"]);
  expect(await linesFrom(["1234567890\nnext"], 10)).toEqual(["1234567890", "next"]);
});
