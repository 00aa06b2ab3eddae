import { describe, expect, test } from "@jest/globals";
import { judgedByEngine } from "./engine.ts";
import { judgeOf, refutes } from "./judge.ts";
import { coverage } from "./keywords.ts";
import { questionsOf, readCorpus } from "./pairs.ts";

const pairs = readCorpus();
const questions = pairs.flatMap(questionsOf);
const titleOf = ({ pair, direction }: (typeof questions)[number]): string => `${pair.name} (${direction})`;

describe("the corpus", () => {
  test("has at least 450 pairs, each under a name of its own", () => {
    expect(pairs.length).toBeGreaterThanOrEqual(450);
    expect(new Set(pairs.map(({ name }) => name)).size).toBe(pairs.length);
  });

  test("fills every field as the README says", () => {
    for (const pair of pairs) {
      const { name, draft, policy, formats, why } = pair;
      expect({ name, draft }).toEqual({ name, draft: expect.stringMatching(/^(7|2019-09|2020-12|asyncapi)$/) });
      expect(["strict", "tolerant", undefined]).toContain(policy);
      expect(["assertion", "annotation", undefined]).toContain(formats);
      expect(why).toMatch(/\S.*\.$/);
      expect([typeof pair.backward, typeof pair.forward]).toEqual(["boolean", "boolean"]);
    }
  });

  test("gives a witness with every refuted direction and none with an included one", () => {
    const wrong = questions.filter(({ included, witness }) => included !== (witness === undefined)).map(titleOf);
    expect(wrong).toEqual([]);
  });

  test("uses every keyword, in an included and in a refuted direction", () => {
    const missing = coverage(pairs).filter(({ included, refuted }) => included === 0 || refuted === 0);
    expect(missing).toEqual([]);
  });
});

describe("the engine on the corpus", () => {
  const answers = pairs.map((pair) => ({ pair, comparison: judgedByEngine(pair) }));
  const judged = answers.flatMap(({ pair, comparison }) =>
    questionsOf(pair).map((question) => ({ question, judgement: comparison[question.direction] })),
  );

  test("never contradicts a label", () => {
    const contradictions = judged
      .filter(({ question, judgement }) => judgement.verdict === (question.included ? "incompatible" : "compatible"))
      .map(({ question, judgement }) => ({ question: titleOf(question), judgement }));
    expect(contradictions).toEqual([]);
  });

  test("gives a witness with its refusals that ajv, compiled apart, confirms", () => {
    const some = judged.filter((_, index) => index % 10 === 0);
    const wrong = some.filter(
      ({ question, judgement }) =>
        judgement.verdict === "incompatible" && !refutes(judgeOf(question), judgement.witness),
    );
    expect(wrong.map(({ question, judgement }) => ({ question: titleOf(question), judgement }))).toEqual([]);
  });

  test("decides more than 99 % of the questions", () => {
    const undecided = judged.filter(({ judgement }) => judgement.verdict === "undecided");
    const share = 1 - undecided.length / judged.length;
    const why = undecided.map(({ question, judgement }) => `${titleOf(question)}: ${judgement.reason}`);
    if (share <= 0.99) throw new Error(`only ${(share * 100).toFixed(2)} % decided:\n${why.join("\n")}`);
    expect(share).toBeGreaterThan(0.99);
  });
});
