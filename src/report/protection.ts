import type { Json } from '../base/canonical-json.ts';
import { type HsmActivation, protectionOf } from '../quorum/activation.ts';
import { textAt } from './facts.ts';
import type { PackRecord } from './record.ts';

/*
 * What stood between an HSM and whoever had the computer: by the plan, which follows from the site, and never by what
 * the program said of it.
 */

/** How the HSM of a description is unlocked, where that is not by sealed shares. */
export function activationIn(record: PackRecord, descriptor: Json): HsmActivation | undefined {
  return tokenIn(record, descriptor)?.activation;
}

/** In the words of a result. */
export function protectedBy(record: PackRecord, descriptor: Json): string {
  const means = tokenIn(record, descriptor)?.means;
  return (means === undefined ? undefined : protectionOf(means)) ?? 'not known without the plan';
}

function tokenIn({ plan }: PackRecord, descriptor: Json) {
  const name = textAt(descriptor, 'hsm', 'name');
  return plan?.tokens.find((token) => token.name === name);
}
