import { stripTypeScriptTypes } from "node:module";
import { createHash } from "node:crypto";

// Tests run exactly what Node runs: types replaced by blanks, positions kept, nothing else rewritten.
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source, { mode: "strip" }) }),
  getCacheKey: (source, path) => createHash("sha256").update(process.version).update(path).update(source).digest("hex"),
};
