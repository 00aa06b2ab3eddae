import { posix } from "node:path";
import { isSource, isTest, lineAt, withoutComments, type Finding, type HouseFile, type HouseRule } from "./rule.ts";

interface Ban {
  /** Which files the ban holds for. */
  readonly from: RegExp;
  /** Which rooms they may not reach, as paths from the root or names of packages. */
  readonly to: RegExp;
  readonly why: string;
}

const tooling = /^(eventpact|@asyncapi\/.*|packages\/eventpact\/.*)$/;

/** Who may not import whom. Tests may look anywhere inside the workspace but never at another service. */
export const bans: readonly Ban[] = [
  {
    from: /^packages\/compat\//,
    to: /^(eventpact|@eventpact\/(?!compat).*|@shop\/.*|packages\/(?!compat).*|services\/.*|generated\/.*)$/,
    why: "compat judges two JSON Schemas and knows nothing else, so that it can be used and proved alone",
  },
  {
    from: /^packages\/eventpact\//,
    to: /^(@eventpact\/(messaging|host)|@shop\/.*|packages\/(messaging|host)\/.*|services\/.*|generated\/.*)$/,
    why: "the toolchain works on any folder of AsyncAPI documents; it must not know our runtime or our shop",
  },
  {
    from: /^packages\/messaging\//,
    to: /^(eventpact|@eventpact\/(compat|host)|@shop\/.*|packages\/(eventpact|compat|host)\/.*|services\/.*|generated\/.*)$/,
    why: "the runtime is handed events and a codec; a runtime that knows the shop serves only the shop",
  },
  {
    from: /^packages\/messaging\/src\/(?!adapters\/|index\.ts)/,
    to: /^packages\/messaging\/src\/adapters\//,
    why: "adapters depend on the core, never the core on an adapter",
  },
  {
    from: /^packages\/host\//,
    to: /^(eventpact|@eventpact\/compat|@shop\/.*|packages\/(eventpact|compat)\/.*|services\/.*|generated\/.*)$/,
    why: "the host runs whatever services it is given",
  },
  {
    from: /^packages\/tracking-client\/src\//,
    to: /^(?!@shop\/events$|eventsource-parser$|packages\/tracking-client\/).*$/,
    why: "the client runs in browsers and in other people's programs; it knows the events and nothing of the servers",
  },
  {
    from: /^packages\/gateway\/src\//,
    to: /^(eventpact|@eventpact\/compat|@shop\/.*|packages\/(eventpact|compat)\/.*|services\/.*|generated\/.*)$/,
    why: "the gateway knows where services answer, never what they do",
  },
  {
    from: /^services\//,
    to: tooling,
    why: "a service uses what the toolchain generated, never the toolchain",
  },
  {
    from: /^services\/[^/]+\/src\/domain\.ts$/,
    to: /^(?!@shop\/events$|services\/).*$/,
    why: "the domain is pure: it knows the generated events and itself",
  },
];

function importsOf(file: HouseFile): { specifier: string; line: number }[] {
  const text = withoutComments(file.text);
  const pattern = /(?:\bfrom\s*|\bimport\s*\(\s*|^import\s+)(["'])([^"'\n]+)\1/gm;
  return [...text.matchAll(pattern)].map((match) => ({
    specifier: match[2] ?? "",
    line: lineAt(text, match.index),
  }));
}

const resolve = (from: string, specifier: string): string =>
  specifier.startsWith(".") ? posix.normalize(posix.join(posix.dirname(from), specifier)) : specifier;

function serviceOf(target: string): string | undefined {
  const found = /^(?:services\/|@shop\/)([^/]+)/.exec(target)?.[1];
  return found === "events" ? undefined : found;
}

function findingsFor(file: HouseFile): Finding[] {
  const mine = serviceOf(file.path);
  return importsOf(file).flatMap(({ specifier, line }) => {
    const target = resolve(file.path, specifier);
    const found: Finding[] = bans
      .filter((ban) => ban.from.test(file.path) && ban.to.test(target) && !(isTest(file.path) && ban.to === tooling))
      .map((ban) => ({ file: file.path, line, message: `must not import ${specifier}: ${ban.why}` }));
    const other = serviceOf(target);
    if (mine !== undefined && other !== undefined && other !== mine) {
      found.push({
        file: file.path,
        line,
        message: `must not import ${specifier}: services know events, never each other`,
      });
    }
    const adapter = /\/adapters\/([^/]+)\//;
    const [from, to] = [adapter.exec(file.path)?.[1], adapter.exec(target)?.[1]];
    if (file.path.startsWith("packages/messaging/src/") && from && to && from !== to) {
      found.push({ file: file.path, line, message: `must not import ${specifier}: adapters never know each other` });
    }
    return found;
  });
}

export const importBans: HouseRule = {
  code: "import-ban",
  why: "One house, in which every part can be understood, tested and replaced alone.",
  check(files) {
    const sources = files.filter((file) => isSource(file.path));
    return {
      looked: sources.reduce((count, file) => count + importsOf(file).length, 0),
      findings: sources.flatMap(findingsFor),
    };
  },
};
