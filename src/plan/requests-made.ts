import { ATTRIBUTES, encodeName } from '../pki/name.ts';
import type { OwnRequest } from '../pki/own-request.ts';
import { subjectKeyIdentifier } from '../x509/extensions.ts';
import type { Certificate } from '../x509/model.ts';
import { deriveKeyIdentifier, parseSpki } from '../x509/public-key.ts';
import { comparedName } from './compared-name.ts';
import type { Member } from './hierarchy.ts';
import { type OwnRequestParameters, ownRequest } from './issuing.ts';
import { usedKey } from './known.ts';
import { type Plan, stepsOf } from './plan.ts';

/*
 * Requests that this CA makes for keys of its own. They are beside the requests that come in, under `requests/`: those ask
 * something of this CA.
 */

/** Where it lies in the pack. */
export function requestPath(out: string): string {
  return `requests-made/${out}`;
}

/**
 * A key that has a certificate has a name and an identifier: under another, what it has issued would not be of the CA that
 * the other organisation certifies (RFC 5280 §6.1.3, §4.2.1.1). And no two CAs have one name (§7.1).
 * @param name what to call the certificate
 * @returns what is wrong; undefined for nothing
 */
export function ownNameFault(
  request: OwnRequest,
  spki: Uint8Array,
  name: string,
  certificate: Certificate,
): string | undefined {
  const isSameKey = sameBytes(certificate.spki.der, spki);
  const fault = subjectFault(request, isSameKey, name, certificate);
  if (fault !== undefined || !isSameKey) return fault;
  const identifier = subjectKeyIdentifier(certificate.extensions);
  if (!request.profile || !identifier || sameBytes(identifier, deriveKeyIdentifier(parseSpki(spki)))) return undefined;
  return `"${name}" certifies this key under another subject key identifier`;
}

/**
 * The same while planning, of certificates that are there and of stand-ins for those that are made.
 * @returns what is wrong, by the key of the step
 */
export function requestProblems(
  plan: Plan,
  members: readonly Member[],
): readonly { readonly step: string; readonly message: string }[] {
  return stepsOf(plan).flatMap((step) => {
    if (step.type !== 'make-csr') return [];
    const params = step.params as unknown as OwnRequestParameters;
    const { request } = ownRequest(plan, params, 'ecdsa-p384');
    if (!request) return [];
    const key = usedKey(plan, params.key)?.spkiSha256 ?? params.key;
    return members.flatMap(({ name, certificate, key: certified }) => {
      const message = subjectFault(request, certified === key, name, certificate);
      return message === undefined ? [] : [{ step: step.key, message }];
    });
  });
}

function subjectFault(
  { subject: asked }: OwnRequest,
  isSameKey: boolean,
  name: string,
  { subject }: Certificate,
): string | undefined {
  const words = JSON.stringify(subject.attributes.map(({ value }) => value).join(', '));
  if (isSameKey)
    return sameBytes(subject.der, encodeName(asked))
      ? undefined
      : `"${name}" certifies this key under the name ${words}, and the request gives it another`;
  const attributes = asked.map(({ type, value }, rdn) => ({ oid: ATTRIBUTES[type].oid, value, rdn }));
  return comparedName({ attributes }) === comparedName(subject)
    ? `"${name}" has the name ${words}, and certifies another key than the request is for`
    : undefined;
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
