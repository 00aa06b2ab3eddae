// `npm run pack`: the packages that others install, as tarballs in .cache/pack. Node strips no types under node_modules,
// so what is published is JavaScript with declarations; nothing else about a package changes.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const work = join(root, ".cache", "pack");
const published = ["compat", "eventpact", "messaging"];

interface Manifest {
  name: string;
  bin?: Record<string, string>;
  exports: Record<string, string>;
  files?: string[];
  types?: string;
  [field: string]: unknown;
}

function run(command: string, args: readonly string[], cwd = root): string {
  const done = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (done.status === 0) return done.stdout;
  throw new Error(`${command} ${args.join(" ")} ended with ${done.status}:\n${done.stdout}${done.stderr}`);
}

function emit(): string {
  const out = join(work, "emitted");
  const config = join(work, "tsconfig.json");
  const settings = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      rootDir: join(root, "packages"),
      outDir: out,
      types: ["node"],
      typeRoots: [join(root, "node_modules", "@types")],
    },
    include: published.map((name) => join(root, "packages", name, "src")),
    exclude: [],
  };
  writeFileSync(config, JSON.stringify(settings));
  run(join(root, "node_modules", ".bin", "tsc"), ["-p", config]);
  return out;
}

const inDist = (path: string): string => path.replace(/^\.\/src\//, "./dist/").replace(/\.ts$/, ".js");

function manifestOf(folder: string): Manifest {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const targets = Object.entries(manifest.exports).filter(([, path]) => existsSync(join(folder, path)));
  return {
    ...manifest,
    exports: Object.fromEntries(
      targets.map(([name, path]) => [name, { types: inDist(path).replace(/\.js$/, ".d.ts"), default: inDist(path) }]),
    ) as unknown as Manifest["exports"],
    files: ["bin", "dist", "schema", "migrations", "docs-template"],
  };
}

/** TypeScript is emitted; declarations that were written by hand are taken over. */
const isCopied = (path: string): boolean => !path.endsWith(".ts") || path.endsWith(".d.ts");

function stage(name: string, emitted: string): string {
  const from = join(root, "packages", name);
  const to = join(work, name);
  mkdirSync(to, { recursive: true });
  cpSync(join(from, "src"), join(to, "dist"), { recursive: true, filter: isCopied });
  cpSync(join(emitted, name, "src"), join(to, "dist"), { recursive: true });
  for (const part of ["bin", "schema", "migrations", "docs-template", "README.md"]) {
    if (existsSync(join(from, part))) {
      cpSync(join(from, part), join(to, part), {
        recursive: true,
        filter: (path) => !/node_modules|__transpiled/.test(path),
      });
    }
  }
  writeFileSync(join(to, "package.json"), `${JSON.stringify(manifestOf(from), null, 2)}\n`);
  return to;
}

rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
const emitted = emit();
for (const name of published) {
  const [tarball] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", work], stage(name, emitted))) as [
    { filename: string; size: number; entryCount: number },
  ];
  console.log(`${tarball.filename.padEnd(34)} ${tarball.entryCount} files, ${Math.round(tarball.size / 1024)} KB`);
}
