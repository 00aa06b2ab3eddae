import type { Step } from "./step.ts";

/** How one connection ended: no step will ever come (`over`), or it broke and may be taken up again. */
export type End = "over" | "broken";

export interface Connection {
  /** `http://localhost:3000` */
  readonly url: string;
  readonly orderId: string;
  /** The last step that is known. */
  readonly after: number;
  /** Gives up on a connection that is silent for so long. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  /** Called with each step, and when the connection stands. */
  readonly onStep: (step: Step) => void;
  readonly onOpen: () => void;
}

/** One try to follow. Rejects with a {@link FollowError} when trying again makes no sense. */
export type Transport = (connection: Connection) => Promise<End>;

/** The server refused, and will refuse again. `status` is HTTP's. */
export class FollowError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "FollowError";
    this.status = status;
  }
}

export const placeOf = ({ url, orderId }: Connection, kind: "stream" | "ws"): URL =>
  new URL(`/orders/${encodeURIComponent(orderId)}/${kind}`, url);
