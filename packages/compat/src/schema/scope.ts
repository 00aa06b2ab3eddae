/** What a dynamic reference asks of a schema resource. */
interface Named {
  readonly dynamicAnchors: ReadonlySet<string>;
}

/**
 * The resources that were entered on the way to a place, as far as dynamic references ask: for each dynamic anchor the
 * outermost resource that has it. Two ways that bind the same anchors to the same resources lead to the same scope, the
 * same object, so that places can be told apart by it.
 */
export interface Scope<R extends Named> {
  readonly bound: ReadonlyMap<string, R>;
  /** The same for equal scopes of equal documents; empty where nothing is bound. */
  readonly name: string;
  readonly scopes: Map<string, Scope<R>>;
  readonly after: Map<R, Scope<R>>;
  readonly contexts: Map<R, object>;
}

/** Nothing entered yet. */
export function emptyScope<R extends Named>(): Scope<R> {
  const scopes = new Map<string, Scope<R>>();
  const scope = scopeOf<R>(new Map(), "", scopes);
  scopes.set("", scope);
  return scope;
}

function scopeOf<R extends Named>(
  bound: ReadonlyMap<string, R>,
  name: string,
  scopes: Map<string, Scope<R>>,
): Scope<R> {
  return { bound, name, scopes, after: new Map(), contexts: new Map() };
}

/** The scope within a resource: its anchors count where no resource around it has them. */
export function enter<R extends Named & { readonly uri: string }>(scope: Scope<R>, resource: R): Scope<R> {
  const known = scope.after.get(resource);
  if (known !== undefined) return known;
  const fresh = [...resource.dynamicAnchors].filter((anchor) => !scope.bound.has(anchor));
  const next = fresh.length === 0 ? scope : extended(scope, resource, fresh);
  scope.after.set(resource, next);
  return next;
}

function extended<R extends Named & { readonly uri: string }>(scope: Scope<R>, resource: R, fresh: string[]): Scope<R> {
  const bound = new Map([...scope.bound, ...fresh.map((anchor) => [anchor, resource] as const)]);
  const name = [...bound]
    .map(([anchor, { uri }]) => `${anchor}=${uri}`)
    .toSorted()
    .join(" ");
  let next = scope.scopes.get(name);
  if (next === undefined) scope.scopes.set(name, (next = scopeOf(bound, name, scope.scopes)));
  return next;
}

/** One object for each resource in each scope: what means the same there is known by it. */
export function contextOf<R extends Named>(scope: Scope<R>, resource: R): object {
  let context = scope.contexts.get(resource);
  if (context === undefined) scope.contexts.set(resource, (context = {}));
  return context;
}
