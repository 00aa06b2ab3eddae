import { expect, test } from "@jest/globals";
import { readModel } from "../../src/model/read-model.ts";
import { nodeFileSystem } from "../../src/read/node-file-system.ts";
import { flowsOf } from "../../src/site/facts/flows.ts";
import { render } from "../../src/site/markup/html.ts";
import { sequencePicture } from "../../src/site/pictures/sequence.ts";

/** Pixels of a character, at most, in the font of times and of names. */
const WIDTHS = { time: 6.4, what: 7.3 } as const;

test("no text of a sequence diagram stands out of the picture, however long the time or late the lane", async () => {
  const fileSystem = nodeFileSystem(new URL("../../../..", import.meta.url).pathname);
  const flows = flowsOf(await readModel("asyncapi", { fileSystem }));
  const [carol] = flows.filter(({ name }) => name.includes("customer-request"));
  const alone = flows.map((flow) => {
    const [only = ""] = flow.participants;
    return { ...flow, participants: [only], steps: flow.steps.filter(({ sender }) => sender === only) };
  });
  expect(carol?.participants.at(-1)).toBe("payment");
  for (const flow of [...flows, ...alone]) {
    const time = (): string => "59.9 minutes";
    const picture = render(sequencePicture(flow, { label: "", event: String, service: String, time }));
    const width = Number(/viewBox="0 0 (\d+)/.exec(picture)?.[1]);
    const texts = [
      ...picture.matchAll(/<text class="(time|what)" x="([\d.]+)"[^>]*text-anchor="(start|end)"\s*>([^<]*)</g),
    ];
    expect(texts.length).toBeGreaterThan(1);
    for (const [, kind, x, anchor, label = ""] of texts) {
      const length = label.length * WIDTHS[kind === "time" ? "time" : "what"];
      const left = anchor === "end" ? Number(x) - length : Number(x);
      expect([flow.name, label, left >= 0, left + length <= width]).toEqual([flow.name, label, true, true]);
    }
  }
});
