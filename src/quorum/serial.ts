import { escapeForeign } from '../base/text.ts';

/** How people are told which token is meant, behind the word token: by its serial, or by its having none. */
export function serialShown(serial: string): string {
  return serial === '' ? 'without a serial' : escapeForeign(serial);
}
