// One configuration for every package: `jest packages/compat` runs one of them.
// Slower suites carry their kind in the file name (*.int.test.ts, *.e2e.test.ts, *.fault.test.ts)
// and run only when SUITE names it.
const slowKinds = ["int", "e2e", "fault"];
const suite = process.env.SUITE ?? "quick";
if (suite !== "quick" && !slowKinds.includes(suite)) {
  throw new Error(`SUITE=${suite}: there is no such suite; use one of quick, ${slowKinds.join(", ")}.`);
}

export default {
  rootDir: import.meta.dirname,
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/scripts/lib/strip-types.js" },
  testMatch: suite === "quick" ? ["**/*.test.ts"] : [`**/*.${suite}.test.ts`],
  testPathIgnorePatterns: [
    "/node_modules/",
    "/fixtures/",
    "/dist/",
    "/\\.tmp/",
    ...(suite === "quick" ? slowKinds.map((kind) => `\\.${kind}\\.test\\.ts$`) : []),
  ],
  modulePathIgnorePatterns: ["<rootDir>/\\.cache/", "<rootDir>/\\.tmp/", "<rootDir>/\\.data/", "/dist/"],
  cacheDirectory: "<rootDir>/.cache/jest",
  // The broker that the files of a slower suite share ends with the process, and would keep it from ending.
  forceExit: suite !== "quick",
  testTimeout: suite === "quick" ? 60_000 : 180_000,
};
