import type { Model } from "../model/types.ts";
import type { TextFault } from "../read/text-fault.ts";
import type { Report } from "./rule.ts";

/** Reports the faults of one kind that reading the text found. Their spans are exact, and not those of any node. */
export function reportTextFaults(model: Model, code: TextFault["code"], report: Report): void {
  for (const file of model.sources.files.values())
    for (const fault of file.faults)
      if (fault.code === code)
        report({ place: { file: file.path, pointer: "" }, span: fault.span, message: fault.message, hint: fault.hint });
}
