import type { Diagnostic, Severity } from "../diagnostics/diagnostic.ts";
import type { FileSystem } from "../read/file-system.ts";

/**
 * What the official `@asyncapi/parser` says about one document: the oracle for our own reader. Slow (seconds), and it
 * shows faults of a `$ref`ed file at the root document. References to other machines are taken as empty objects; nothing
 * is fetched. Codes are the parser's own, after `official/`.
 */
export async function officialDiagnostics(fileSystem: FileSystem, file: string): Promise<readonly Diagnostic[]> {
  const { Parser } = await import("@asyncapi/parser");
  const root = "/eventpact-project/";
  const read = async (path: string): Promise<string> => {
    const bytes = path.startsWith(root)
      ? await fileSystem.read(decodeURIComponent(path.slice(root.length)))
      : undefined;
    if (!bytes) throw new Error(`There is no file ${path.slice(root.length)}.`);
    return new TextDecoder().decode(bytes);
  };
  const first = { order: 0, canRead: true };
  const resolver = {
    cache: false,
    resolvers: [
      { ...first, schema: "file", read: (uri: { path(): string }) => read(uri.path()) },
      { ...first, schema: "http", read: () => "{}" },
      { ...first, schema: "https", read: () => "{}" },
    ],
  };
  const parser = new Parser({ __unstable: { resolver } });
  const found = await parser.validate(await read(`${root}${encodeURI(file)}`), { source: `${root}${file}` });
  return found.map((diagnostic) => ({
    code: `official/${String(diagnostic.code)}`,
    severity: severities[diagnostic.severity] ?? "info",
    file,
    line: diagnostic.range.start.line + 1,
    column: diagnostic.range.start.character + 1,
    endLine: diagnostic.range.end.line + 1,
    endColumn: diagnostic.range.end.character + 1,
    message: diagnostic.message,
  }));
}

const severities: readonly Severity[] = ["error", "warning", "info", "info"];
