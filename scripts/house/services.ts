import { findAll, isSource, isTest, type HouseFile, type HouseRule } from "./rule.ts";

const rooms = new Map<string, RegExp>([
  ["", /^(README\.md|package\.json|project\.json|Dockerfile)$/],
  ["src", /^(domain|store|handlers|upcasters|api|main)\.ts$/],
  ["src/adapters", /\.ts$/],
  ["src/pages", /\.(html|css|js|ts|svg|json)$/],
  ["migrations", /^\d{3}-[a-z0-9-]+\.sql$/],
  ["test", /\.(test|contract\.test|int\.test|e2e\.test)\.ts$/],
  ["test/support", /\.ts$/],
]);

function roomFinding(path: string): string | undefined {
  const [, , ...inside] = path.split("/");
  const name = inside.pop() ?? "";
  const folder = inside.join("/");
  const allowed = rooms.get(folder);
  if (!allowed)
    return `services have no room "${folder}"; the rooms are ${[...rooms.keys()].filter(Boolean).join(", ")}`;
  return allowed.test(name) ? undefined : `"${name}" does not belong into ${folder || "a service's top folder"}`;
}

export const serviceRooms: HouseRule = {
  code: "service-room",
  why: "Whoever has read one service has read all: the same rooms, with the same names.",
  check(files) {
    const ofServices = files.filter((file) => file.path.startsWith("services/"));
    return {
      looked: ofServices.length,
      findings: ofServices.flatMap((file) => {
        const message = roomFinding(file.path);
        return message === undefined ? [] : [{ file: file.path, line: 1, message }];
      }),
    };
  },
};

const inServices = (files: readonly HouseFile[], except: RegExp): HouseFile[] =>
  files.filter(
    (file) => file.path.startsWith("services/") && isSource(file.path) && !isTest(file.path) && !except.test(file.path),
  );

export const ambientReads: HouseRule = {
  code: "ambient-read",
  why: "What reads a clock, chance or the environment cannot be replayed or tested; those come in as values.",
  check(files) {
    const sources = inServices(files, /\/src\/(main\.ts|adapters\/|pages\/)/);
    return {
      looked: sources.length,
      findings: findAll(
        sources,
        /\bnew Date\(\)|\bDate\.now\(|\bMath\.random\(|\bprocess\.env\b|\brandomUUID\(/g,
        (match) => `${match[0]} belongs into main.ts or an adapter; handlers and commands get \`now\` and \`newId\``,
      ),
    };
  },
};

export const waitingDomain: HouseRule = {
  code: "waiting-domain",
  why: "The domain decides from values alone; whatever waits or talks to the world is a room further out.",
  check(files) {
    const domains = files.filter((file) => /^services\/[^/]+\/src\/domain\.ts$/.test(file.path));
    return {
      looked: domains.length,
      findings: findAll(
        domains,
        /\b(async|await|setTimeout|setInterval|fetch|Promise)\b/g,
        (match) => `the domain must not use ${match[0]}`,
      ),
    };
  },
};

export const strayStatements: HouseRule = {
  code: "stray-sql",
  why: "Who changes a table must find every statement that knows it in one file.",
  check(files) {
    const sources = inServices(files, /\/src\/store\.ts$/);
    return {
      looked: sources.length,
      findings: findAll(
        sources,
        /\bsql`|\bsql<[^>]*>`|\.(selectFrom|insertInto|updateTable|deleteFrom)\(/g,
        () => "SQL belongs into store.ts",
      ),
    };
  },
};
