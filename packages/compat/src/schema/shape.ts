/** What a piece of JSON looks like: pieces of equal content have the same number. */
export interface Shape {
  readonly id: number;
  /** Refers to nothing and is referred to by no name of its own, so that it means the same wherever it stands. */
  readonly standsAlone: boolean;
}

const NAMING = /^\$(?:ref|dynamicRef|recursiveRef|id|anchor|dynamicAnchor|recursiveAnchor)$|^id$/;

/** Numbers pieces of JSON by their content, each object once. */
export class Shapes {
  readonly #known = new WeakMap<object, Shape>();
  readonly #ids = new Map<string, number>();

  of(value: unknown): Shape {
    if (typeof value !== "object" || value === null) {
      return { id: this.#idOf(Object.is(value, -0) ? "0" : (JSON.stringify(value) ?? "null")), standsAlone: true };
    }
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    let standsAlone = true;
    const part = (inner: unknown): number => {
      const shape = this.of(inner);
      standsAlone &&= shape.standsAlone;
      return shape.id;
    };
    let text: string;
    if (Array.isArray(value)) text = `[${value.map((item) => part(item)).join(",")}]`;
    else {
      const object = value as { readonly [key: string]: unknown };
      const keys = Object.keys(object).sort();
      text = `{${keys.map((key) => `${JSON.stringify(key)}:${part(object[key])}`).join(",")}}`;
      if (keys.some((key) => NAMING.test(key))) standsAlone = false;
    }
    const shape = { id: this.#idOf(text), standsAlone };
    this.#known.set(value, shape);
    return shape;
  }

  #idOf(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(text, id);
    return id;
  }
}
