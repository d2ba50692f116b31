import { escapeForeign } from '../base/text.ts';

/** How people are told which token is meant, behind the word token: by its serial, or by its having none. */
export function serialShown(serial: string): string {
  return serial === '' ? 'without a serial' : escapeForeign(serial);
}

/** As an authorization names tokens: those that repeat their serial, or have none, are told apart by the roster alone. */
export function namedOnce(
  tokens: readonly { readonly serial: string; readonly model: string }[],
): { serial: string; model: string }[] {
  const named = new Map(tokens.map(({ serial, model }) => [JSON.stringify([serial, model]), { serial, model }]));
  return [...named.values()];
}
