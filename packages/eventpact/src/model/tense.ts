/** Past participles that do not end in -ed, as they occur in names of events. */
const irregular: ReadonlySet<string> = new Set(
  "become begun bought bound broken brought built caught chosen come cut dealt done drawn driven fallen fed felt forgotten forwarded fought found frozen given gone grown had heard held hidden hit kept known laid lapsed lent left let lit lost made meant met overdrawn overridden paid proven put quit read rebuilt redone repaid resent reset reset ridden risen run said seen sent set shaken shown shrunk shut slept sold sought spent split spoken spread stolen stuck sung sunk sworn swept taken taught thought thrown told torn understood undone upheld withdrawn withheld won worn written overwritten rewritten outbid bid mistaken undertaken unbound unpaid upset withstood".split(
    " ",
  ),
);

const notParticiples = /(?:^|[^a-z])(?:bed|embed|exceed|feed|need|proceed|red|seed|shed|speed|succeed|weed|indeed)$/;

/** Whether one of the words of a name is a past participle: `OrderCreated`, `payment.failed`, `EmailSent`. English only. */
export function isPastTense(name: string): boolean {
  return words(name).some(
    (word) => irregular.has(word) || (word.endsWith("ed") && word.length > 3 && !notParticiples.test(word)),
  );
}

/** `CreateOrder` → 'Call it "OrderCreated".'; undefined where no verb is recognised. */
export function toPastTense(name: string): string | undefined {
  const parts = name.match(/[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])/g) ?? [];
  for (const index of [0, parts.length - 1]) {
    const verb = parts[index]?.toLowerCase() ?? "";
    const past = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (past === undefined || parts.length < 2) continue;
    const others = parts.filter((_, at) => at !== index);
    return `Call it "${[...others, past].map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("")}".`;
  }
  return undefined;
}

const verbs: Readonly<Record<string, string>> = Object.fromEntries(
  "accept:accepted activate:activated add:added approve:approved assign:assigned book:booked cancel:cancelled capture:captured change:changed charge:charged close:closed complete:completed confirm:confirmed create:created delete:deleted deliver:delivered deposit:deposited dispatch:dispatched fail:failed issue:issued notify:notified open:opened order:ordered pay:paid place:placed process:processed publish:published receive:received refund:refunded register:registered reject:rejected release:released remove:removed request:requested reserve:reserved schedule:scheduled send:sent ship:shipped start:started stop:stopped submit:submitted transfer:transferred update:updated withdraw:withdrawn"
    .split(" ")
    .map((pair) => pair.split(":") as [string, string]),
);

function words(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
}
