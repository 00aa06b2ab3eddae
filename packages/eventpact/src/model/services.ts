import { own, ownString } from "../read/json.ts";
import { valueOf } from "../read/resolve.ts";
import type { Sources } from "../read/sources.ts";
import type { AsyncApiDocument, Operation, OperationMessage, Service } from "./types.ts";

/** One service per document, sorted by name, with what its operations say it sends and receives. */
export function readServices(
  sources: Sources,
  documents: readonly AsyncApiDocument[],
  operations: readonly Operation[],
): readonly Service[] {
  const services = documents.map((document): Service => {
    const mine = operations.filter((operation) => operation.document === document.file);
    const by = (action: "send" | "receive"): readonly OperationMessage[] =>
      mine
        .filter((operation) => operation.action === action)
        .flatMap((operation) => operation.events.map((event) => ({ operationId: operation.id, event })));
    const description = ownString(own(valueOf(sources, document.place), "info"), "description");
    return {
      name: document.service,
      title: document.title,
      ...(description === undefined ? {} : { description }),
      file: document.file,
      sends: by("send"),
      receives: by("receive"),
    };
  });
  return services.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
