import type { ProviderSettings, VerifySettings } from "../config/settings.ts";

/** The settings for one producer, with its name filled in. */
export function settingsFor({ provider, providers }: VerifySettings, name: string): ProviderSettings | undefined {
  const found = (Object.hasOwn(providers, name) ? providers[name] : undefined) ?? provider;
  if (found === undefined) return undefined;
  const filled = (words: readonly string[]): readonly string[] =>
    words.map((word) => word.replaceAll("{provider}", name));
  return { ...found, command: filled(found.command), sources: filled(found.sources) };
}
