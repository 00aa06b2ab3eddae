import type { PolicyName } from "@eventpact/compat";
import type { LateMemo } from "../../cache/parted-memo.ts";
import { emitInput } from "../../emit/from-model.ts";
import { typeSource } from "../../emit/type-source.ts";
import { planTypes, type TypePlan } from "../../emit/types.ts";
import type { Model } from "../../model/types.ts";

/** Every event's declarations with all that they use, as `eventpact generate` writes them; ready to be copied alone. */
export async function typescriptOf(
  model: Model,
  policy: PolicyName,
  memo: LateMemo,
): Promise<ReadonlyMap<string, string>> {
  const types = planTypes(emitInput(model).input.events, policy);
  const shared = new Map(types.shared.map((plan) => [plan.name, plan]));
  const texts = new Map<string, string>();
  for (const [key, { own }] of types.events) {
    const parts: string[] = [];
    for (const { name, skeleton, comment } of withShared(own, shared))
      parts.push(await typeSource(name, skeleton, comment, memo));
    texts.set(key, parts.join("\n").trimEnd());
  }
  return texts;
}

/** The event's own types, then the shared ones that they mention, directly or through others. */
function withShared(own: readonly TypePlan[], shared: ReadonlyMap<string, TypePlan>): readonly TypePlan[] {
  const found = new Map(own.map((plan) => [plan.name, plan]));
  const queue = own.flatMap(({ uses }) => uses);
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const plan = shared.get(name);
    if (!plan || found.has(name)) continue;
    found.set(name, plan);
    queue.push(...plan.uses);
  }
  return [...found.values()];
}
