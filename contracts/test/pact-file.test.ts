import { expect, test } from "@jest/globals";
import { canonicalPact } from "../support/pact-file.ts";

const interaction = (description: string, more: object = {}) => ({ description, contents: { content: {} }, ...more });
const pact = (interactions: readonly object[], more: object = {}) =>
  JSON.stringify({ provider: { name: "order" }, consumer: { name: "email" }, interactions, ...more });

test("equal contracts give equal text, in whatever order and by whatever version they were written", () => {
  const one = pact([
    interaction("B.v1"),
    interaction("A.v1", { key: "7f", pending: false, comments: { testname: "x" } }),
  ]);
  const other = pact([interaction("A.v1"), interaction("B.v1")], { metadata: { pactRust: { ffi: "0.5.9" } } });
  expect(canonicalPact(one)).toBe(canonicalPact(other));
});

test("what a contract says stays", () => {
  const comments = { references: { AsyncAPI: { operationId: "receiveA" } }, uses: ["$.data.note"], text: ["why"] };
  const kept = JSON.parse(
    canonicalPact(pact([interaction("A.v1", { comments, pending: true, providerStates: [{ name: "s" }] })])),
  );
  expect(kept.interactions).toEqual([
    { comments, contents: { content: {} }, description: "A.v1", pending: true, providerStates: [{ name: "s" }] },
  ]);
});
