import type { CertificateList, RevokedEntry } from '../x509/model.ts';

/** More messages than this about one rule say nothing new. */
const MOST = 10;

/** What `judge` says of each entry, behind the entry's serial number; above ten, how many more there are. */
export function faultyEntries(crl: CertificateList, judge: (entry: RevokedEntry) => string | undefined): string[] {
  return sayMost(faultsOf(crl, judge));
}

function* faultsOf(crl: CertificateList, judge: (entry: RevokedEntry) => string | undefined): Generator<string> {
  for (const entry of crl.revoked) {
    const fault = judge(entry);
    if (fault !== undefined) yield `the entry of ${entry.serial} ${fault}`;
  }
}

/** The first ten, and how many more there are. */
export function sayMost(faults: Iterable<string>): string[] {
  const messages: string[] = [];
  let count = 0;
  for (const fault of faults) if (++count <= MOST) messages.push(fault);
  if (count > MOST) messages.push(`the same holds for ${count - MOST} more entries`);
  return messages;
}
