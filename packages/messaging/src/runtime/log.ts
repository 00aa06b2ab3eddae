import { pino } from "pino";
import type { Logger } from "pino";

/** Fields whose values never reach a log, at the top and one or two levels down. */
const SECRET = ["password", "token", "secret", "authorization", "cookie", "email", "card", "shippingAddress"];

/** JSON lines on standard output, without event data and with secrets blanked. `LOG_LEVEL` is read by the caller. */
export function createLogger(level = "info"): Logger {
  return pino({
    level,
    redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
  });
}
