import { describe, expect, test } from "@jest/globals";
import { judgedByEngine } from "./engine.ts";
import { judgeOf, refutes, searchCounterexample } from "./judge.ts";
import { coverage } from "./keywords.ts";
import { questionsOf, readCorpus } from "./pairs.ts";
import { instanceSource } from "./random-instances.ts";
import { seeded } from "./random.ts";

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

  test("has witnesses that the writing schema accepts and the reading schema refuses", () => {
    const wrong = questions
      .filter((question) => question.witness && !refutes(judgeOf(question), question.witness.value))
      .map(titleOf);
    expect(wrong).toEqual([]);
  });

  test("has included directions that no random instance refutes", () => {
    const refuted = questions.flatMap((question) => {
      if (!question.included) return [];
      const draw = instanceSource([question.writer, question.reader], seeded(20));
      const found = searchCounterexample(judgeOf(question), draw, 15);
      return found ? [{ question: titleOf(question), found }] : [];
    });
    expect(refuted).toEqual([]);
  }, 60_000);
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

  test("gives a witness with every refusal, which both validators confirm", () => {
    const wrong = judged.filter(
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
