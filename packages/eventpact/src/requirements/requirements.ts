import { bindingRequirements } from "./bindings.ts";
import { componentRequirements } from "./components.ts";
import { documentRequirements } from "./document.ts";
import { operationRequirements } from "./operations.ts";
import type { Requirement } from "./types.ts";

/** Every obligation that AsyncAPI 3.0 and 3.1 and the bindings we carry state, and what holds it. */
export const requirements: readonly Requirement[] = [
  ...documentRequirements,
  ...operationRequirements,
  ...componentRequirements,
  ...bindingRequirements,
];
