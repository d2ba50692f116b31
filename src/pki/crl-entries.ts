import type { CertificateList, RevokedEntry } from '../x509/model.ts';

/** More messages than this about one rule say nothing new. */
const MOST = 10;

/** What `judge` says of each entry, behind the entry's serial number; above ten, how many more there are. */
export function faultyEntries(crl: CertificateList, judge: (entry: RevokedEntry) => string | undefined): string[] {
  const messages: string[] = [];
  let faulty = 0;
  for (const entry of crl.revoked) {
    const fault = judge(entry);
    if (fault === undefined) continue;
    if (++faulty <= MOST) messages.push(`the entry of ${entry.serial} ${fault}`);
  }
  if (faulty > MOST) messages.push(`the same holds for ${faulty - MOST} more entries`);
  return messages;
}
