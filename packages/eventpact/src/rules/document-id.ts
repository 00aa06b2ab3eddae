import { own } from "../read/json.ts";
import { valueOf } from "../read/resolve.ts";
import type { Rule } from "./rule.ts";

export const documentId: Rule = {
  code: "document-id",
  category: "events",
  severity: "error",
  title: "Every document has an id, and no two have the same.",
  why: "`id: urn:shop:order` names the application for good. Generated types, contracts and deployments call the service by the last part of it, whatever the file is called.",
  check(model, report) {
    const first = new Map<string, string>();
    for (const { id, file } of model.documents) {
      if (own(valueOf(model.sources, { file, pointer: "" }), "id") === undefined)
        report({
          place: { file, pointer: "/asyncapi" },
          part: "key",
          message: `${file} has no id.`,
          hint: "Write id: urn:<organisation>:<service>.",
        });
      if (id === undefined) continue;
      const earlier = first.get(id);
      if (earlier === undefined) first.set(id, file);
      else report({ place: { file, pointer: "/id" }, message: `"${id}" is the id of ${earlier} too.` });
    }
  },
};
