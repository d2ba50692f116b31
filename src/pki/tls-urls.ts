import { escapeForeign } from '../base/text.ts';
import type { GeneralName } from '../x509/general-name.ts';

/** Which of these names are not URLs of the scheme http (TLS BR §7.1.2.10.3, §7.1.2.11.2), one message each. */
export function httpFaults(what: string, names: readonly GeneralName[]): string[] {
  return names.flatMap(({ kind, value }) => {
    if (kind !== 'uniformResourceIdentifier') return [`${what} has a ${kind}, expected a uniformResourceIdentifier`];
    return /^http:\/\//i.test(value) ? [] : [`${what} is "${escapeForeign(value)}", expected a URL of the scheme http`];
  });
}
