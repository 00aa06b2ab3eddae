import { expect, test } from "@jest/globals";
import { compareFiles } from "./support/compare-files.ts";
import { edited } from "./support/small-shop.ts";

const changed = edited(["asyncapi/shared/channels.yaml", "partitions: 6", "partitions: 3"]);
const approved = (text: string): Record<string, string> => ({ ...changed, "contracts/approvals.yaml": text });

async function fingerprint(): Promise<string> {
  const { changes } = await compareFiles(changed);
  return changes[0]?.fingerprint ?? "";
}

test("an approved change breaks nothing until the end of its last day, and its approval is shown", async () => {
  const text = `approvals:\n  - { change: "${await fingerprint()}", reason: The topic is empty., by: ada@example.com, until: 2026-01-31 }\n`;
  const held = await compareFiles(approved(text), { today: "2026-01-31" });
  expect(held).toMatchObject({ verdict: "compatible", findings: [] });
  expect(held.changes[0]).toMatchObject({
    level: "breaking",
    approval: { by: "ada@example.com", reason: "The topic is empty.", until: "2026-01-31" },
  });
  const ended = await compareFiles(approved(text), { today: "2026-02-01" });
  expect(ended.verdict).toBe("breaking");
  expect(ended.findings).toMatchObject([
    { code: "approval-expired", severity: "error", file: "new/contracts/approvals.yaml", line: 2 },
  ]);
});

test("an approval that no change needs is a finding", async () => {
  const { findings } = await compareFiles(
    approved("approvals:\n  - { change: 00000000000000ff, reason: a, by: b, until: 2026-12-31 }\n"),
  );
  expect(findings).toMatchObject([{ code: "approval-unused", severity: "warning" }]);
});

test.each([
  ["- 5", "is a map"],
  ["- { change: 0123456789abcdef, by: ada, until: 2026-12-31 }", "lacks reason"],
  ["- { change: 0123456789abcdef, reason: '', by: ada, until: 2026-12-31 }", "lacks reason"],
  ["- { change: 0123456789abcdef, reason: a, untill: 2026-12-31, by: ada }", `no "untill"`],
  ["- { change: main, reason: a, until: 2026-12-31, by: ada }", "sixteen"],
  ["- { change: 0123456789abcdef, reason: a, until: someday, by: ada }", "is a day"],
])("an approval like %s accepts nothing and is told", async (entry, said) => {
  const { verdict, findings } = await compareFiles(approved(`approvals:\n  ${entry}\n`));
  expect(verdict).toBe("breaking");
  expect(findings[0]).toMatchObject({
    code: "approval-invalid",
    severity: "error",
    line: 2,
    message: expect.stringContaining(said),
  });
});

test("a file of approvals that is no YAML or has no list is told; an empty one says nothing", async () => {
  expect((await compareFiles(approved("approvals: ["))).findings[0]).toMatchObject({ code: "approval-invalid" });
  expect((await compareFiles(approved("- 5"))).findings[0]).toMatchObject({ code: "approval-invalid" });
  expect((await compareFiles(approved("# nothing yet\n"))).findings).toEqual([]);
});

test("the file is where eventpact.yaml says", async () => {
  const text = `approvals:\n  - { change: "${await fingerprint()}", reason: Empty., by: ada, until: 2026-12-31 }\n`;
  const files = { ...changed, "accepted.yaml": text };
  expect((await compareFiles(files, { section: { approvals: "accepted.yaml" } })).verdict).toBe("compatible");
});
