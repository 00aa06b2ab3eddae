import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** eventpact.yaml says something that cannot be understood, so that nothing may be judged by it. Shown as findings. */
export class BrokenSettings extends Error {
  readonly faults: readonly Diagnostic[];
  /** The absolute project root, and the text of the file. */
  readonly root: string;
  readonly text: string;
  constructor(faults: readonly Diagnostic[], root: string, text: string) {
    super(faults[0]?.message ?? "");
    this.faults = faults;
    this.root = root;
    this.text = text;
  }
}
