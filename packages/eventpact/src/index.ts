export type { Diagnostic, Severity, Span } from "./diagnostics/diagnostic.ts";
export type * from "./model/types.ts";
export { originOf } from "./model/bundle.ts";
export type { ReadOptions } from "./model/read-model.ts";
export { buildModel, readModel } from "./model/read-model.ts";
export type { FileSystem } from "./read/file-system.ts";
export type { Json, JsonObject } from "./read/json.ts";
export { nodeFileSystem } from "./read/node-file-system.ts";
export type { Place, SourceFile, Sources } from "./read/sources.ts";
