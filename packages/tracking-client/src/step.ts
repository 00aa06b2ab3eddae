/** What is told of a followed order: one step per change of its status. Its fields are those of the generated events. */
import type { EventData } from "@shop/events";

interface Common {
  readonly orderId: string;
  /** 1, 2, 3 … per order; what to resume after. */
  readonly sequence: number;
  /** RFC 3339, when it happened by the order's clock. */
  readonly at: string;
}

type Shipped = EventData["OrderShipped.v1"];

export type Step =
  | (Common & { readonly status: "CREATED" | "PAID" | "CONFIRMED" | "DELIVERED" })
  | (Common &
      Readonly<Pick<Shipped, "carrier" | "trackingNumber" | "estimatedDelivery">> & { readonly status: "SHIPPED" })
  | (Common & { readonly status: "CANCELLED"; readonly reason: EventData["OrderCancelled.v1"]["reason"] });

const statuses = ["CREATED", "PAID", "CONFIRMED", "SHIPPED", "DELIVERED", "CANCELLED"];

/** The step in a message's text; undefined for anything else, such as a status of a later version. */
export function readStep(text: string): Step | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { orderId, sequence, at, status } = (value ?? {}) as Partial<Record<keyof Step, unknown>>;
  const isStep =
    typeof orderId === "string" &&
    Number.isSafeInteger(sequence) &&
    typeof at === "string" &&
    typeof status === "string" &&
    statuses.includes(status);
  return isStep ? (value as Step) : undefined;
}

/** After such a step no other comes. */
export const isLast = ({ status }: Step): boolean => status === "DELIVERED" || status === "CANCELLED";
