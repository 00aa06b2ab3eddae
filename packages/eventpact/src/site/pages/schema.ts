import type { Json } from "../../read/json.ts";
import { isObject, ownString } from "../../read/json.ts";
import { anchorFor } from "../addresses.ts";
import type { EventFacts } from "../facts/facts.ts";
import type { Field } from "../facts/fields.ts";
import type { Reliance } from "../facts/reliance.ts";
import type { Words } from "../language/en.ts";
import { html, joined, type Html, type Part } from "../markup/html.ts";
import { inlineMarkdown, markdown } from "../markup/markdown.ts";
import { prettyJson } from "./code.ts";
import { serviceLink, type View } from "./view.ts";

/** How fields of one schema are shown: what stands before their ids, and what is known about them from elsewhere. */
export interface SchemaView {
  readonly view: View;
  /** Keeps ids of a second schema on the same page apart: `headers.`; empty for the payload. */
  readonly prefix: string;
  readonly event?: EventFacts;
  readonly reliance?: ReadonlyMap<string, readonly Reliance[]>;
  /** Ids given on this page so far. */
  readonly ids: Set<string>;
}

/** The fields below one, as nested lists. */
export function fieldList(below: Field, schema: SchemaView, isItem = false): Html {
  const { item, children, choices } = below;
  const rows = [...(item ? [fieldRow(item, schema)] : []), ...children.map((child) => fieldRow(child, schema))];
  return html`${
    rows.length > 0 &&
    html`<ul class="fields">
      ${rows}
    </ul>`
  }${choices.map(
    ({ kind, options }) =>
      html`<div class="choice">
        <p class="choice-head">
          ${isItem && `${schema.view.words.field.each}: `}${schema.view.words.field.choice[kind]}
        </p>
        <ul class="fields options">
          ${options.map((option, index) => optionRow(option, index, schema))}
        </ul>
      </div>`,
  )}`;
}

function optionRow(option: Field, index: number, schema: SchemaView): Html {
  const { words } = schema.view;
  const title = option.title ?? told(option) ?? option.called ?? words.field.option(index + 1);
  return html`<li class="field option">
    <p class="field-head"><span class="option-name">${title}</span> ${typeText(option, words)}</p>
    ${wordsOf({ ...option, title: undefined })}${limitsOf(option, schema)}${below(option, schema)}
  </li>`;
}

/** What tells an alternative without a title from the others: a field that it requires to be one value, as a discriminator is. */
function told({ children }: Field): string | undefined {
  const mark = children.find(({ required, values }) => required && values?.length === 1);
  return mark && `${mark.name}: ${prettyJson(mark.values?.[0])}`;
}

function fieldRow(field: Field, schema: SchemaView): Html {
  const { words } = schema.view;
  const id = freeId(schema, field.path);
  const isItem = field.name === "[]";
  const name = isItem ? words.field.each : nameOf(field, words);
  return html`<li class="field" id="${id}">
    <p class="field-head">
      <a class="name" href="#${id}">${name}</a> ${typeText(field, words)}
      ${!isItem && field.stands === undefined && presence(field, schema)}${
        field.deprecated && html` <span class="flag bad">${words.field.deprecated}</span>`
      }${field.personal && html` <span class="flag personal">${words.field.personal}</span>`}
    </p>
    ${wordsOf(field)}${limitsOf(field, schema)}${trust(field, schema)}${below(field, schema)}
  </li>`;
}

function nameOf({ name, stands }: Field, words: Words): Part {
  if (stands === "any") return html`<i>${words.field.anyName}</i>`;
  return stands === "pattern" ? html`<i>${words.field.namesLike}</i> ${name.slice(1, -1)}` : name;
}

/** What a list holds is shown without a row of its own, unless that is a list again. */
function below(field: Field, schema: SchemaView): Part {
  const { item, children, choices } = field;
  if (item && !item.item && children.length === 0 && choices.length === 0) {
    const { words } = schema.view;
    const text = item.description ?? item.title;
    return html`${text && html`<p class="words each"><span class="quiet">${words.field.each}:</span> ${oneLine(text)}</p>`}${fieldList(item, schema, true)}`;
  }
  if (field.cut) return html`<p class="limits">${schema.view.words.field.cut}</p>`;
  return fieldList(field, schema);
}

function freeId(schema: SchemaView, path: string): string {
  const wanted = anchorFor(schema.prefix + path) || "field";
  let id = wanted;
  for (let count = 2; schema.ids.has(id); count += 1) id = `${wanted}-${count}`;
  schema.ids.add(id);
  return id;
}

function typeText(field: Field, words: Words): Html {
  const names = field.type.map((type) => words.field.types[type] ?? type);
  const format = field.constraints["format"];
  const items =
    field.item && field.item.type.length > 0
      ? ` ${words.field.of} ${field.item.type.map((type) => words.field.types[type] ?? type).join(` ${words.field.or} `)}`
      : "";
  const isOpen = names.length === 0 && field.choices.length === 0 && field.sameAs === undefined && !field.values;
  if (isNever(field.constraints["not"])) return html``;
  const text = isOpen ? words.field.any : names.join(` ${words.field.or} `);
  return html`<span class="type"
    >${text}${items}${typeof format === "string" && html` <span class="format">${format}</span>`}</span
  >`;
}

function presence(field: Field, { view }: SchemaView): Html {
  const { words } = view;
  return field.required
    ? html`<span class="flag must">${words.field.required}</span>`
    : html`<span class="flag may">${words.field.optional}</span>`;
}

function wordsOf({ description, title }: { readonly description?: string; readonly title?: string | undefined }): Part {
  const text = description ?? title;
  return text !== undefined && text !== "" && html`<div class="words">${markdown(text)}</div>`;
}

/** What restricts the value and since when it can be counted on, as one line. */
function limitsOf(field: Field, schema: SchemaView): Part {
  const { words } = schema.view;
  const parts: Part[] = [...valuesText(field, words), ...limitTexts(field.constraints, words)];
  if (field.default !== undefined) parts.push(html`${words.field.default} <code>${prettyJson(field.default)}</code>`);
  if (field.sameAs !== undefined) parts.push(sameAsText(field.sameAs, schema));
  const item = field.item;
  if (item && item.children.length === 0 && item.choices.length === 0) {
    const again = item.sameAs === undefined ? [] : [sameAsText(item.sameAs, schema)];
    const inner = [...valuesText(item, words), ...limitTexts(item.constraints, words), ...again];
    if (inner.length > 0) parts.push(html`${words.field.each}: ${joined(inner, ", ")}`);
  }
  const since = schema.event?.step && schema.event.guaranteedSince.get(field.path);
  if (since !== undefined && field.name !== "[]") parts.push(words.field.guaranteedSince(since));
  return parts.length > 0 && html`<p class="limits">${joined(parts, html`<span class="dot"> · </span>`)}</p>`;
}

function sameAsText(path: string, { view, prefix }: SchemaView): Html {
  const { words } = view;
  if (path === "") return html`${words.field.sameAs} ${words.field.whole}`;
  return html`${words.field.sameAs} <a href="#${anchorFor(prefix + path)}">${path}</a>`;
}

const MAX_VALUES = 40;

function valuesText({ values }: Field, words: Words): Part[] {
  if (!values) return [];
  const shown = values.slice(0, MAX_VALUES).map((value) => html`<code>${prettyJson(value)}</code>`);
  if (values.length === 1) return [html`${words.field.always} ${shown}`];
  return [html`${words.field.oneOfValues} ${joined(shown, ", ")}${values.length > MAX_VALUES && ", …"}`];
}

type Limit = (value: Json, constraints: Readonly<Record<string, Json>>, words: Words) => Part;

const SPOKEN: Readonly<Record<string, Limit>> = {
  not: (value, _all, words) =>
    isNever(value) ? words.field.never : html`not <code>${short(prettyJson(value))}</code>`,
  discriminator: (value, _all, words) => html`${words.field.toldApart} <code>${discriminatorOf(value)}</code>`,
  pattern: (value, _all, words) => html`${words.field.pattern} <code>${text(value)}</code>`,
  multipleOf: (value, _all, words) => words.field.multipleOf(text(value)),
  uniqueItems: (value, _all, words) => value === true && words.field.unique,
  additionalProperties: (_value, _all, words) => words.field.closed,
  exclusiveMinimum: (value, _all, words) => words.field.moreThan(text(value)),
  exclusiveMaximum: (value, _all, words) => words.field.lessThan(text(value)),
};

/** The schema `false`: no value is allowed. */
function isNever(value: Json | undefined): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

/** AsyncAPI names the property; OpenAPI, from which many come, an object with it. */
function discriminatorOf(value: Json): string {
  return typeof value === "string" ? value : (ownString(value, "propertyName") ?? JSON.stringify(value));
}

function limitTexts(constraints: Readonly<Record<string, Json>>, words: Words): Part[] {
  const found: Part[] = [
    range(constraints["minLength"], constraints["maxLength"], words, words.field.length),
    range(constraints["minimum"], constraints["maximum"], words, (value) => value),
    range(constraints["minItems"], constraints["maxItems"], words, words.field.count),
    range(constraints["minProperties"], constraints["maxProperties"], words, words.field.size),
  ];
  const ranged = /^(min|max)(Length|imum|Items|Properties)$/;
  for (const [keyword, value] of Object.entries(constraints)) {
    if (keyword === "format" || ranged.test(keyword)) continue;
    const spoken = SPOKEN[keyword];
    found.push(spoken ? spoken(value, constraints, words) : html`${keyword} <code>${short(prettyJson(value))}</code>`);
  }
  return found.filter((part) => part !== undefined && part !== false && part !== "");
}

function range(low: Json | undefined, high: Json | undefined, words: Words, name: (range: string) => string): Part {
  if (typeof low !== "number" && typeof high !== "number") return undefined;
  if (typeof low !== "number") return name(words.field.atMost(text(high)));
  if (typeof high !== "number" || high >= Number.MAX_SAFE_INTEGER) return name(words.field.atLeast(text(low)));
  return name(low === high ? words.field.exactly(text(low)) : `${text(low)}–${text(high)}`);
}

const NUMBERS = new Intl.NumberFormat("en", { maximumFractionDigits: 20 });

function text(value: Json | undefined): string {
  if (typeof value === "number") return NUMBERS.format(value);
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function short(code: string): string {
  return code.length > 240 ? `${code.slice(0, 240)} …` : code;
}

const MAX_PATTERN = 48;

/** Who counts on a field that holds a value; of objects and lists, their parts tell it. */
function trust(field: Field, { reliance, view }: SchemaView): Part {
  const isLeaf = field.children.length === 0 && field.choices.length === 0 && !field.item?.children.length;
  if (!reliance || field.name === "[]" || !isLeaf) return undefined;
  const { words } = view;
  const relying = reliance.get(field.path) ?? [];
  if (relying.length === 0) return html`<p class="trust">${words.field.reliedOnByNobody}</p>`;
  const consumers = relying.map(({ consumer, matching: { kind, detail } }) => {
    if (kind !== "exact" && kind !== "pattern") return serviceLink(view, consumer);
    const pattern = detail !== undefined && detail.length <= MAX_PATTERN && html` <code>${detail}</code>`;
    return html`${serviceLink(view, consumer)} <span class="quiet">(${words.field.matching[kind]}${pattern})</span>`;
  });
  return html`<p class="trust">${words.field.reliedOnBy} ${joined(consumers, ", ")}</p>`;
}

const LONG_LINE = 400;

/** The first paragraph, cut between words where a list has no room for more. */
export function oneLine(text: string | undefined): Part {
  if (text === undefined) return undefined;
  const line = text.split(/\n\s*\n/)[0] ?? "";
  return inlineMarkdown(line.length > LONG_LINE ? `${line.slice(0, LONG_LINE).replace(/\s+\S*$/, "")} …` : line);
}
