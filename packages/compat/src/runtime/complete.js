/**
 * Makes what a reader hands on of a value that its schema accepts: fills in defaults, takes the first alternative that
 * fits, leaves out keys that the document does not allow. Never changes the value it is given; parts that stay as they
 * are are shared with it. Safe for any names and keys, `__proto__` included.
 *
 * @param {{ plan: object, plans: object, known: object }} completion what is to be done, as data
 * @param {{ [name: string]: (value: unknown) => boolean }} checks the validators that the plan names
 * @returns {(value: unknown) => unknown}
 */
export function createCompletion({ plan, plans, known }, checks) {
  const context = { plans, known, checks, patterns: new Map() };
  return (value) => apply(context, plan, value, value);
}

/** `original` is the value as it came, by which alternatives are chosen. */
function apply(context, plan, value, original) {
  if (!plan || typeof value !== "object" || value === null) return value;
  const also = (next, result) => apply(context, next, result, original);
  const isList = Array.isArray(value);
  let result = plan.use === undefined ? value : also(context.plans[plan.use], value);
  if (plan.fill && !isList) result = filled(plan.fill, result);
  for (const part of plan.parts ?? []) result = also(part, result);
  if (plan.first) result = also(choose(context, plan.first, original)?.plan, result);
  if (plan.when) result = also(context.checks[plan.when.check](original) ? plan.when.yes : plan.when.no, result);
  if (isList) return plan.items ? applyToItems(context, plan.items, result, original) : result;
  for (const [name, next] of plan.present ?? []) if (Object.hasOwn(original, name)) result = also(next, result);
  return applyInside(context, plan, result, original);
}

/** The first alternative that fits the value as it is, or else the first that fits a reader. */
function choose({ checks }, alternatives, value) {
  return (
    alternatives.find(({ settled }) => checks[settled](value)) ??
    alternatives.find(({ settled, read }) => settled !== read && checks[read](value))
  );
}

function filled(defaults, object) {
  let result = object;
  for (const [name, content] of defaults) {
    // Each value gets a default of its own, so that whoever changes one changes no other.
    if (!Object.hasOwn(result, name)) result = having(result, name, structuredClone(content));
  }
  return result;
}

function applyToItems(context, { first, rest }, list, original) {
  let result = list;
  for (let at = 0; at < list.length; at++) {
    const item = apply(context, at < first.length ? first[at] : rest, list[at], original[at]);
    if (item === list[at]) continue;
    if (result === list) result = [...list];
    result[at] = item;
  }
  return result;
}

function applyInside(context, { properties, patterns, others, skip }, object, original) {
  let result = object;
  const within = (name, plan) => {
    const before = result[name];
    const after = apply(context, plan, before, Object.hasOwn(original, name) ? original[name] : before);
    if (after !== before) result = having(result, name, after);
  };
  for (const [name, plan] of properties ?? []) if (Object.hasOwn(result, name)) within(name, plan);
  for (const name of patterns || others ? Object.keys(result) : []) {
    for (const [source, plan] of patterns ?? []) if (matches(context, source, name)) within(name, plan);
    if (others && !lists(context, others, name)) within(name, others.plan);
  }
  return skip ? keeping(result, (name) => knows(context, skip, name, original)) : result;
}

function knows(context, known, name, original) {
  if (!known) return false;
  const { all, use, parts, first, when, present } = known;
  const also = (next) => knows(context, next, name, original);
  return (
    all === true ||
    lists(context, known, name) ||
    (use !== undefined && also(context.known[use])) ||
    (parts?.some(also) ?? false) ||
    (first !== undefined && also(choose(context, first, original)?.known)) ||
    (when !== undefined && also(context.checks[when.check](original) ? when.yes : when.no)) ||
    (present?.some(([key, next]) => Object.hasOwn(original, key) && also(next)) ?? false)
  );
}

function lists(context, { names, patterns }, name) {
  return names.includes(name) || patterns.some((source) => matches(context, source, name));
}

function matches({ patterns }, source, name) {
  let pattern = patterns.get(source);
  if (!pattern) patterns.set(source, (pattern = patternOf(source)));
  return pattern.test(name);
}

/** As validators read patterns: with the `u` flag where the pattern allows it. */
function patternOf(source) {
  try {
    return new RegExp(source, "u");
  } catch {
    return new RegExp(source);
  }
}

/** A copy with one own property set: spreading copies an own `__proto__`, but setting one needs a definition. */
function having(object, name, content) {
  const copy = { ...object };
  Object.defineProperty(copy, name, { value: content, enumerable: true, configurable: true, writable: true });
  return copy;
}

function keeping(object, isKept) {
  const names = Object.keys(object);
  const kept = names.filter(isKept);
  if (kept.length === names.length) return object;
  let copy = {};
  for (const name of kept) {
    if (name === "__proto__") copy = having(copy, name, object[name]);
    else copy[name] = object[name];
  }
  return copy;
}
