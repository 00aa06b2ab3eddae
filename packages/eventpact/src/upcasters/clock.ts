/** Runs something as if it were so much later. What asks `Date` for the time is told that time. */
export function later<Result>(milliseconds: number, work: () => Result): Result {
  const real = globalThis.Date;
  const now = (): number => real.now() + milliseconds;
  globalThis.Date = new Proxy(real, {
    construct: (target, args: readonly unknown[], made) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, made) as Date,
    apply: (target) => new target(now()).toString(),
    get: (target, name): unknown => (name === "now" ? now : Reflect.get(target, name)),
  });
  try {
    return work();
  } finally {
    globalThis.Date = real;
  }
}
