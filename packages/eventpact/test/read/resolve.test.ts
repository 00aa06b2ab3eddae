import { expect, test } from "@jest/globals";
import { refTarget } from "../../src/read/resolve.ts";

test.each([
  ["asyncapi/orders.yaml", "./events/placed.yaml", "asyncapi/events/placed.yaml"],
  ["asyncapi/orders.yaml", "../shared/money.yaml", "shared/money.yaml"],
  ["../contracts/asyncapi/orders.yaml", "./events/placed.yaml", "../contracts/asyncapi/events/placed.yaml"],
  ["../contracts/asyncapi/orders.yaml", "../shared/money.yaml", "../contracts/shared/money.yaml"],
  ["../../all/contracts/orders.yaml", "../money.yaml", "../../all/money.yaml"],
])("%s refers to %s: within the project, or the repository beside it in which it lies", (from, ref, file) => {
  expect(refTarget(from, ref)).toEqual({ kind: "local", place: { file, pointer: "" } });
});

test.each([
  ["asyncapi/orders.yaml", "../../secret.yaml"],
  ["asyncapi/orders.yaml", "../../contracts/money.yaml"],
  ["../contracts/asyncapi/orders.yaml", "../../secret.yaml"],
  ["../contracts/asyncapi/orders.yaml", "../../contracts-of-others/money.yaml"],
  ["../contracts/asyncapi/orders.yaml", "../../../secret.yaml"],
  ["../orders.yaml", "./money.yaml"],
  ["../orders.yaml", "../money.yaml"],
  ["../../orders.yaml", "../money.yaml"],
  ["../contracts/orders.yaml", "/etc/passwd"],
])("%s does not refer to %s: it leads out", (from, ref) => {
  expect(refTarget(from, ref)).toEqual({ kind: "outside" });
});
