import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import { problem } from "../problem.ts";

export interface Access {
  /** The address the server listens on. */
  readonly host: string;
  /** What callers must show once the server can be reached from other machines. */
  readonly token: string | undefined;
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Whether an address (or `localhost`) can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  if (host === "localhost" || host === "::1") return true;
  return isIP(host) === 4 && host.startsWith("127.");
}

/** The name in a Host header, without port and brackets. */
const nameOf = (header: string): string => header.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");

/**
 * Lets a request that changes something through, or throws a problem. On loopback: only for pages of this very server
 * (another site's page in the same browser is refused, also one that had its name pointed here). Otherwise: a token.
 */
export function admit(request: FastifyRequest, { host, token }: Access): void {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    throw problem(403, "Requests of other sites are not taken here.");
  }
  if (isLoopback(host)) {
    if (isLoopback(nameOf(request.headers.host ?? ""))) return;
    throw problem(403, `This server listens on ${host}; ask it by that name.`);
  }
  if (token === undefined) {
    throw problem(
      403,
      "This is for operators, and switched off: the server can be reached from other machines and OPS_TOKEN is not set.",
    );
  }
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (given === undefined || !timingSafeEqual(digest(given), digest(token))) {
    throw problem(401, "Send the token as `Authorization: Bearer …`; it is the value of OPS_TOKEN.");
  }
}
