import { problem, type Api } from "@eventpact/host";
import type { Context } from "@eventpact/messaging";
import { count, type Shelf } from "./domain.ts";
import { lockShelves, readShelf, readShelves, saveShelf } from "./store.ts";

interface OfProduct {
  Params: { productId: string };
  Body: { available: number };
}

const params = {
  type: "object",
  properties: { productId: { type: "string", minLength: 1, maxLength: 64, pattern: "^[a-z0-9]+(-[a-z0-9]+)*$" } },
};

const countSchema = {
  type: "object",
  required: ["available"],
  additionalProperties: false,
  properties: { available: { type: "integer", minimum: 0, maximum: 1_000_000_000 } },
};

/** Somebody counted the shelf: writes how many pieces are available there. */
export async function countShelf(context: Context, productId: string, available: number): Promise<Shelf> {
  const shelf = count((await lockShelves(context, [{ productId }])).get(productId), productId, available);
  await saveShelf(context, shelf);
  return shelf;
}

/** Where the warehouse's people knock: what is on the shelves, and counting them. */
export const api: Api = (runtime) => async (app) => {
  app.get("/stock", () => runtime.read((context) => readShelves(context)));

  app.get<OfProduct>("/stock/:productId", { schema: { params } }, async ({ params: { productId } }) => {
    const shelf = await runtime.read((context) => readShelf(context, productId));
    if (shelf === undefined) throw problem(404, `There is no shelf for ${productId}; GET /stock lists them all.`);
    return shelf;
  });

  app.put<OfProduct>(
    "/stock/:productId",
    { schema: { params, body: countSchema }, config: { operators: true } },
    ({ params: { productId }, body }) =>
      runtime.transact({}, async (context) => ({
        events: [],
        result: await countShelf(context, productId, body.available),
      })),
  );
};
