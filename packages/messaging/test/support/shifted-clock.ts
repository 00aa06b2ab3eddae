// `node --import` of this file lets a process live in another time: whatever asks for the date, the shop, its libraries or
// this file's reader, is told a wrong one. `CLOCK_OFFSET_MS` says how wrong at the start; a message { clockOffsetMs } from
// the parent moves the clock while the process runs, as a step of NTP does. Timers and `performance.now()` count from no
// date and stay right, as they do on a machine whose clock is set.
const Right = Date;
let offsetMs = Number(process.env["CLOCK_OFFSET_MS"] ?? 0);
const now = (): number => Right.now() + offsetMs;

const Shifted = new Proxy(Right, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made) as Date,
  apply: () => new Right(now()).toString(),
  get: (target, name) => (name === "now" ? now : (Reflect.get(target, name) as unknown)),
});
Right.prototype.constructor = Shifted;
globalThis.Date = Shifted;

process.on("message", (told: { readonly clockOffsetMs?: number }) => {
  if (told.clockOffsetMs === undefined) return;
  offsetMs = told.clockOffsetMs;
  process.send?.({ clockOffsetMs: offsetMs });
});
// To listen is no reason to stay alive.
process.channel?.unref();
