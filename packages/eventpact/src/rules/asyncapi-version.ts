import { isSupportedVersion } from "../model/documents.ts";
import { own } from "../read/json.ts";
import { lacksVersion } from "../read/load.ts";
import type { Rule } from "./rule.ts";

export const asyncapiVersion: Rule = {
  code: "asyncapi-version",
  category: "specification",
  severity: "error",
  title: "Documents are of AsyncAPI 3.0 or 3.1.",
  why: "Version 2 says publish and subscribe from the other side's view and has no operations of its own; it is not read. `asyncapi convert document.yaml --target-version=3.0.0` of the AsyncAPI CLI translates it.",
  check(model, report) {
    for (const file of model.sources.files.values()) {
      const version = own(file.value, "asyncapi");
      if (version === undefined && model.sources.listed.has(file.path) && lacksVersion(file.value))
        report({
          place: { file: file.path, pointer: "" },
          part: "key",
          message: "The document does not say of which version of AsyncAPI it is.",
          hint: "Write asyncapi: 3.1.0 at its top.",
        });
      if (version === undefined || isSupportedVersion(version)) continue;
      const place = { file: file.path, pointer: "/asyncapi" };
      if (typeof version !== "string")
        report({ place, message: `"asyncapi" must be text, such as 3.1.0.`, hint: `Write asyncapi: "3.1.0".` });
      else if (/^[12]\./.test(version))
        report({
          place,
          message: `AsyncAPI ${version} is not supported; only 3.0 and 3.1 are.`,
          hint: "The AsyncAPI CLI converts it: asyncapi convert <file> --target-version=3.0.0",
        });
      else report({ place, message: `AsyncAPI "${version}" is not known.`, hint: "Use 3.0.0 or 3.1.0." });
    }
  },
};
