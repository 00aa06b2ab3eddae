// The shared part of the documents that benchmarks are made with: envelope, ids, money, line, address.

const uuid = (description: string): object => ({ description, type: "string", format: "uuid" });
const words = (description: string, maxLength: number): object => ({
  description,
  type: "string",
  minLength: 1,
  maxLength,
});

/** File below `shared/` → its content. */
export const sharedFiles: Readonly<Record<string, object>> = {
  "envelope.yaml": {
    eventId: uuid("The identity of this event."),
    timestamp: { description: "When it happened.", type: "string", format: "date-time" },
    sequence: { description: "Counts the events of one key.", type: "integer", minimum: 1 },
    correlationId: uuid("The same in every event of one story."),
  },
  "ids.yaml": { id: uuid("What the event is about.") },
  "money.yaml": {
    title: "Money",
    description: "An amount in a currency.",
    type: "object",
    required: ["amount", "currency"],
    properties: {
      amount: { description: "In minor units.", type: "integer", minimum: 0 },
      currency: { description: "ISO 4217.", type: "string", pattern: "^[A-Z]{3}$" },
    },
  },
  "line.yaml": {
    title: "Line",
    description: "So many pieces of one product.",
    type: "object",
    required: ["productId", "quantity", "unitPrice"],
    properties: {
      productId: words("The product.", 64),
      quantity: { description: "Pieces.", type: "integer", minimum: 1, maximum: 1000 },
      unitPrice: { $ref: "./money.yaml" },
    },
  },
  "address.yaml": {
    title: "Address",
    description: "Where a parcel goes.",
    type: "object",
    required: ["name", "line1", "city", "postalCode", "country"],
    properties: {
      name: words("Who receives it.", 200),
      line1: words("Street and number.", 200),
      city: words("Town or city.", 100),
      postalCode: words("As written there.", 20),
      country: { description: "ISO 3166-1 alpha-2.", type: "string", pattern: "^[A-Z]{2}$" },
    },
  },
};
