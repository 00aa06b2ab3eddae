/** What a customer meant with an order. */
export type Wish = "pay" | "no money" | "out of stock";

/** One order as the customers know it. */
export interface Placing {
  readonly key: string;
  readonly wish: Wish;
  readonly customerId: string;
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
  /** Ids the shop answered; more than one is an anomaly. */
  readonly orderIds: Set<string>;
  /** How often it was submitted, all under the same key. */
  submissions: number;
  cancel?: "asked" | "granted" | "too late";
}

/** What the customers did and were told: the truth that the shop is measured against. */
export interface Ledger {
  readonly placings: Placing[];
  /** Acknowledged deposits in minor units, by account. */
  readonly deposits: Map<string, number>;
  /** Pieces put on the shelf at the beginning. */
  readonly stock: Map<string, number>;
  /** Answers that nobody should get. */
  readonly refusals: string[];
}

export const newLedger = (): Ledger => ({ placings: [], deposits: new Map(), stock: new Map(), refusals: [] });
