import { escapeForeign } from '../base/text.ts';
import { OID } from '../der/oid.ts';
import { TAG } from '../der/tags.ts';
import type { CertificationRequest } from '../x509/certification-request.ts';

/**
 * What of a request may become the name in a certificate: letters and digits of ASCII, and between them what stands in names of
 * hosts, devices and companies. Nothing that another alphabet writes alike.
 */
const FROM_REQUEST = /^[A-Za-z0-9](?:[A-Za-z0-9 ._:()/-]*[A-Za-z0-9)])?$/;

/**
 * The common name that a request asks for, where a certificate may have it as it stands.
 * @returns an empty name and why, where it may not
 */
export function commonNameIn({ subject }: Pick<CertificationRequest, 'subject'>): {
  readonly name: string;
  readonly fault?: string;
} {
  const refuse = (fault: string) => ({ name: '', fault });
  const found = subject.attributes.filter(({ oid }) => oid === OID.commonName);
  const [one] = found;
  if (!one || found.length > 1) return refuse(`its subject has ${found.length} common names, expected one`);
  if (one.tag !== TAG.printableString && one.tag !== TAG.utf8String)
    return refuse('its common name is neither a PrintableString nor a UTF8String');
  if (FROM_REQUEST.test(one.value) && !one.value.includes('  ')) return { name: one.value };
  return refuse(
    `its common name is "${escapeForeign(one.value)}", expected letters and digits of ASCII with ". _ : ( ) / -" and single spaces between them`,
  );
}
