import { html } from "./html.js";
import { described } from "./words.js";

const MAX_DEPTH = 12;
const MAX_FIELDS = 400;

const LIMITS = (
  "format pattern minLength maxLength minimum exclusiveMinimum maximum exclusiveMaximum multipleOf minItems maxItems " +
  "uniqueItems minProperties maxProperties default"
).split(" ");

/** The fields of a JSON Schema as nested lists, each with an id; recursion is cut where it begins again. */
export function fieldList(schema, id, { words, ids }) {
  const walk = { ids, left: MAX_FIELDS };
  return children(schema, id, words, [], walk) ?? leaf(schema, words);
}

/** A payload without fields of its own: its type and limits. */
function leaf(schema, words) {
  return html`<p class="limits">${typeOf(schema, words)} ${limits(schema, words)}</p>`;
}

function children(schema, id, words, above, walk) {
  if (typeof schema !== "object" || schema === null || above.includes(schema) || above.length > MAX_DEPTH)
    return undefined;
  const inside = [...above, schema];
  const parts = [schema, ...list(schema.allOf)];
  const required = new Set(parts.flatMap((one) => list(one.required)));
  const rows = parts.flatMap((one) =>
    Object.entries(one.properties ?? {}).map(([name, field]) =>
      row(field, { name, id: `${id}.${name}`, isRequired: required.has(name) }, words, inside, walk),
    ),
  );
  const items = parts.find((one) => one.items !== undefined)?.items;
  const ofItems = items === undefined || Array.isArray(items) ? undefined : children(items, id, words, inside, walk);
  const choices = ["oneOf", "anyOf"].flatMap((kind) =>
    parts.flatMap((one) => (list(one[kind]).length > 0 ? [choice(kind, one[kind], id, words, inside, walk)] : [])),
  );
  const shown = rows.filter(Boolean);
  if (shown.length === 0 && ofItems === undefined && choices.length === 0) return undefined;
  return html`${
    shown.length > 0 &&
    html`<ul class="fields">
      ${shown}
    </ul>`
  }${ofItems}${choices}`;
}

function choice(kind, options, id, words, above, walk) {
  return html`<div class="choice">
    <p class="choice-head">${words[kind]}</p>
    <ul class="fields options">
      ${options.map(
        (option, index) =>
          html`<li class="field option">
            <p class="field-head">
              <span class="option-name">${option?.title ?? index + 1}</span>
              <span class="type">${typeOf(option, words)}</span>
            </p>
            ${children(option, `${id}.${index + 1}`, words, above, walk)}
          </li>`,
      )}
    </ul>
  </div>`;
}

function row(field, { name, id, isRequired }, words, above, walk) {
  if (name.startsWith("x-parser-") || (walk.left -= 1) < 0) return undefined;
  const anchor = freeId(anchorOf(id), walk.ids);
  const isAgain = above.includes(field) || above.includes(field?.items);
  return html`<li class="field" id="${anchor}">
    <p class="field-head">
      <a class="name" href="#${anchor}">${name}</a> <span class="type">${typeOf(field, words)}</span>
      <span class="flag ${isRequired ? "must" : "may"}">${isRequired ? words.required : words.optional}</span>
    </p>
    ${field?.description && html`<div class="words">${described(field.description)}</div>`}
    ${limits(field, words)}${isAgain ? html`<p class="limits">${words.again}</p>` : children(field, id, words, above, walk)}
  </li>`;
}

/** An element's id for a text: no spaces, nothing to escape in an address. */
export function anchorOf(text) {
  return encodeURIComponent(text.toWellFormed()).replaceAll("%", "~");
}

export function freeId(wanted, ids) {
  let id = wanted;
  for (let count = 2; ids.has(id); count += 1) id = `${wanted}-${count}`;
  ids.add(id);
  return id;
}

function typeOf(schema, words) {
  if (typeof schema !== "object" || schema === null) return "";
  const types = list(schema.type).length > 0 ? list(schema.type) : [schema.type].filter(Boolean);
  const named = types.map((type) =>
    type === "array" && schema.items ? `${words.list} ${typeOf(schema.items, words)}` : type,
  );
  return named.join(` ${words.or} `);
}

function limits(schema, words) {
  if (typeof schema !== "object" || schema === null) return undefined;
  const values = schema.const === undefined ? list(schema.enum) : [schema.const];
  const said = LIMITS.filter((keyword) => schema[keyword] !== undefined).map(
    (keyword) => html`<span>${keyword} <code>${shown(schema[keyword])}</code></span>`,
  );
  const all = [
    ...(values.length > 0
      ? [
          html`<span
            >${words.oneOfValues} ${values.slice(0, 60).map((value) => html`<code>${shown(value)}</code> `)}</span
          >`,
        ]
      : []),
    ...said,
  ];
  return all.length > 0 && html`<p class="limits row">${all}</p>`;
}

const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));

function list(value) {
  return Array.isArray(value) ? value : [];
}
