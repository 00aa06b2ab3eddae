import type { PolicyName } from "@eventpact/compat";
import { emitInput } from "../../emit/from-model.ts";
import { memoOver, type Made } from "../../emit/memo.ts";
import { typeSource } from "../../emit/type-source.ts";
import { planTypes, type TypePlan } from "../../emit/types.ts";
import type { Model } from "../../model/types.ts";
import { canonicalJson, type Json } from "../../read/json.ts";

/** Every event's declarations with all that they use, as `eventpact generate` writes them; ready to be copied alone. */
export async function typescriptOf(
  model: Model,
  policy: PolicyName,
  earlier: Made,
): Promise<{ readonly texts: ReadonlyMap<string, string>; readonly made: Made }> {
  const { memo, made } = memoOver(earlier);
  const types = planTypes(emitInput(model).input.events, policy);
  const shared = new Map(types.shared.map((plan) => [plan.name, plan]));
  const texts = new Map<string, string>();
  for (const [key, { own }] of types.events) {
    const parts: string[] = [];
    for (const plan of withShared(own, shared)) {
      const { name, skeleton, comment } = plan;
      const asked = canonicalJson([name, skeleton.schema, skeleton.words, comment] as unknown as Json);
      parts.push(await memo("type", asked, () => typeSource(name, skeleton, comment)));
    }
    texts.set(key, parts.join("\n").trimEnd());
  }
  return { texts, made };
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
