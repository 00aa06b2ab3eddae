import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

const sources = fileURLToPath(new URL("../../src/", import.meta.url));
const files = new Map(
  readdirSync(sources, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => [path, readFileSync(join(sources, path), "utf8")]),
);

/** Files of the package in whose code the pattern is found. */
const withCode = (pattern: RegExp): readonly string[] =>
  [...files]
    .filter(([, text]) => pattern.test(text))
    .map(([path]) => path)
    .toSorted();

/** Names that the file takes from the engine, types aside. */
const takenFromEngine = (text: string): readonly string[] =>
  [...text.matchAll(/import \{([^}]*)\} from "@eventpact\/compat"/g)].flatMap(([, names = ""]) =>
    names.split(",").map((name) => name.trim()),
  );

describe("one question has one answerer", () => {
  test("only the judge asks the engine about two schemas; `eventpact compat` is the engine at the command line", () => {
    const asking = [...files].filter(([, text]) =>
      takenFromEngine(text).some((name) => ["compare", "includes", "compareVersions"].includes(name)),
    );
    expect(asking.map(([path]) => path).toSorted()).toEqual([
      "commands/compat.ts",
      "compat/pairs.ts",
      // Whether a pattern of Pact's language means the same in ours: a question about two patterns, not about a schema.
      "contracts/pact-regex.ts",
      "judge/judge.ts",
    ]);
  });

  test("a policy is named where the settings have their default, and nowhere else", () => {
    const named = withCode(/"(?:tolerant|lenient|evidence)"/);
    // Which of two policies demands more, that one of them knows written keys, and that the types of another one are wider.
    const speaking = [
      "diff/settings-then.ts",
      "emit/types.ts",
      "judge/judge.ts",
      "judge/settings.ts",
      "project/project.ts",
    ];
    expect(named.filter((path) => !speaking.includes(path))).toEqual(["config/settings-schema.ts"]);
  });

  test.each([
    [
      "eventpact.yaml",
      /\bsettingsSchema\(|\bapplySchema\(/,
      [
        "config/apply-schema.ts",
        "config/read-settings.ts",
        "config/settings-schema.ts",
        "docs/write-settings-schema.ts",
      ],
    ],
    [
      "a pact",
      /\breadPact\(/,
      ["contracts/pact.ts", "contracts/read-pacts.ts", "contracts/wanted-pacts.ts", "deploy/broker/publish.ts"],
    ],
    ["an environment", /\bread(?:Environment|Service)\(/, ["deploy/environment.ts", "deploy/files.ts"]],
    [
      "how long a topic keeps",
      /\bkeepingOf\(/,
      ["deploy/holdings.ts", "deploy/keeping.ts", "diff/event-set.ts", "site/inputs/standings.ts"],
    ],
    ["whether all is as it was", /\bisUnchanged\(/, ["cache/recording-file-system.ts", "cache/remembered.ts"]],
  ])("%s is read by one piece of code", (_, pattern, owners) => {
    expect(withCode(pattern)).toEqual(owners);
  });

  test("nobody reads matchers, sections or services of these files on the way", () => {
    expect(withCode(/"matchingRules"/).filter((path) => !path.startsWith("contracts/"))).toEqual([]);
    expect(withCode(/own\([^)]*"(?:compatibility|deployed|deployments)"/)).toEqual([]);
  });
});
