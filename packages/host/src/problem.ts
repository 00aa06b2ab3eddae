import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { refusalHeaders, refusalPage, wantsPage } from "./people.ts";

/** What a caller is told when a request is refused: RFC 9457, `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  /** HTTP status code, 400 … 599. */
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  /** One entry per fault of the request, with a JSON Pointer into the body (or `querystring`, `params`, `headers`). */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly [extension: string]: unknown;
}

/** {@link Problem} for OpenAPI. */
export const problemSchema = {
  type: "object" as const,
  required: ["type", "title", "status"],
  properties: {
    type: { type: "string" as const },
    title: { type: "string" as const },
    status: { type: "integer" as const, minimum: 400, maximum: 599 },
    detail: { type: "string" as const },
    instance: { type: "string" as const },
    requestId: { type: "string" as const, description: "finds the request in the log" },
    errors: {
      type: "array" as const,
      items: {
        type: "object" as const,
        required: ["pointer", "detail"],
        properties: { pointer: { type: "string" as const }, detail: { type: "string" as const } },
      },
    },
  },
};

/** An answer that is not the one hoped for; thrown by routes, sent as problem+json by the host. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

const titles: Readonly<Record<number, string>> = {
  400: "The request is not valid",
  401: "A token is needed",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict with the present state",
  413: "The request is too large",
  415: "Unsupported media type",
  422: "The request cannot be processed",
  429: "Too many requests",
  500: "Something broke on our side",
  503: "Not ready",
};

/**
 * A refusal to throw from a route.
 * @param status HTTP status, 400 … 599
 * @param detail one sentence for a person: what is wrong with this request and what to do
 * @param extra further members, such as `errors` or the state that stands in the way
 */
export function problem(status: number, detail: string, extra: Readonly<Record<string, unknown>> = {}): ProblemError {
  return new ProblemError({ ...extra, type: "about:blank", title: titles[status] ?? "Refused", status, detail });
}

type SchemaFault = NonNullable<FastifyError["validation"]>[number];

function faultOf({ instancePath, params, message = "is not valid", keyword }: SchemaFault): {
  pointer: string;
  detail: string;
} {
  const inside = params as {
    missingProperty?: string;
    additionalProperty?: string;
    allowedValues?: readonly unknown[];
  };
  switch (keyword) {
    case "required":
      return { pointer: `${instancePath}/${inside.missingProperty ?? ""}`, detail: "is missing" };
    case "additionalProperties":
      return { pointer: `${instancePath}/${inside.additionalProperty ?? ""}`, detail: "is not a known property" };
    case "enum":
      return {
        pointer: instancePath,
        detail: `must be one of ${inside.allowedValues?.join(", ") ?? "the allowed values"}`,
      };
    default:
      return { pointer: instancePath, detail: message };
  }
}

function problemOf(error: FastifyError | ProblemError): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error.validation) {
    const errors = error.validation.map(faultOf);
    const place = error.validationContext ?? "body";
    return problem(
      400,
      `The ${place} is not valid: ${errors.map((e) => `${e.pointer || "/"} ${e.detail}`).join("; ")}.`,
      {
        errors,
      },
    ).problem;
  }
  const status = error.statusCode !== undefined && error.statusCode >= 400 ? error.statusCode : 500;
  // What broke inside is for the log; a caller gets the reference to find it there.
  return problem(status, status < 500 ? error.message : "The request could not be completed; the log has the cause.")
    .problem;
}

/**
 * Fastify's error handler: every refusal and every fault leaves as problem+json, or as a page for people who went to the
 * address; faults of ours are logged.
 */
export function sendProblem(error: FastifyError | ProblemError, request: FastifyRequest, reply: FastifyReply): void {
  const told = problemOf(error);
  if (told.status >= 500) request.log.error({ err: error }, "request failed");
  if (wantsPage(request)) {
    void reply
      .status(told.status)
      .headers(refusalHeaders)
      .send(refusalPage({ ...told, requestId: request.id }));
    return;
  }
  void reply
    .status(told.status)
    .type("application/problem+json; charset=utf-8")
    .send(JSON.stringify({ ...told, instance: request.url.split("?")[0], requestId: request.id }));
}
