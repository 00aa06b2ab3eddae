/**
 * Asks again and again until the answer is not `undefined`, and gives that answer.
 * Throws when `seconds` have passed, with what `describe` says of the last state.
 */
export async function until<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  { seconds = 20, describe = () => "the condition never held" }: { seconds?: number; describe?: () => string } = {},
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`After ${seconds} s: ${describe()}`);
    await new Promise((proceed) => setTimeout(proceed, 25));
  }
}
