import type { Draft } from "@eventpact/compat";

/** How people write a draft, in lower case; AsyncAPI's own schema object is draft-07. */
const written: Readonly<Record<string, Draft>> = {
  "4": "draft-04",
  "04": "draft-04",
  "draft-4": "draft-04",
  "draft-04": "draft-04",
  draft4: "draft-04",
  "6": "draft-06",
  "06": "draft-06",
  "draft-6": "draft-06",
  "draft-06": "draft-06",
  draft6: "draft-06",
  "7": "draft-07",
  "07": "draft-07",
  "draft-7": "draft-07",
  "draft-07": "draft-07",
  draft7: "draft-07",
  asyncapi: "draft-07",
  "2019-09": "2019-09",
  "draft2019-09": "2019-09",
  "draft-2019-09": "2019-09",
  "2020-12": "2020-12",
  "draft2020-12": "2020-12",
  "draft-2020-12": "2020-12",
};

/** What to offer somebody who wrote something else. */
export const draftNames = ["4", "6", "7", "2019-09", "2020-12"] as const;

/** The dialect that a name, a number or a meta-schema's URI means; undefined when it means none. */
export function dialectNamed(name: string | number): Draft | undefined {
  const text = String(name).trim().toLowerCase();
  if (Object.hasOwn(written, text)) return written[text];
  const uri = /^https?:\/\/json-schema\.org\/(?:draft\/)?(draft-0[467]|2019-09|2020-12)\/schema#?$/.exec(text);
  return uri?.[1] === undefined ? undefined : written[uri[1]];
}
