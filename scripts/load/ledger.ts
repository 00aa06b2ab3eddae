import type { SeenOrder } from "./shop.ts";

export type Wish = "pay" | "no money" | "out of stock";

/** One order as its customer knows it. */
export interface Placing {
  readonly wish: Wish;
  readonly customerId: string;
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
  /** What each submission under the one Idempotency-Key was answered with. */
  readonly orderIds: string[];
  /** Milliseconds until the first answer. */
  answeredMs?: number;
  /** At which status the customer asks to cancel, and what was said to it. */
  readonly cancelAt?: string;
  cancel?: "granted" | "too late" | "missed";
  seen?: SeenOrder;
}

export interface Shelf {
  readonly productId: string;
  readonly available: number;
  readonly reserved: number;
}

export interface Books {
  readonly shelves: readonly Shelf[];
  /** Balances in minor units, by account. */
  readonly balances: ReadonlyMap<string, number>;
}

/** What the load did and was told. */
export interface Ledger {
  readonly placings: Placing[];
  /** Answers that nobody should get. */
  readonly refusals: string[];
}

export const hasEnded = ({ seen }: Placing): boolean => seen?.status === "DELIVERED" || seen?.status === "CANCELLED";
