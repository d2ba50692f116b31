import { CeremonyError } from '../base/errors.ts';
import { OID, oidName } from '../der/oid.ts';
import { isDelta } from '../x509/constructed-crl.ts';
import { invalidityDate, reasonCode } from '../x509/crl-extensions.ts';
import { scopeFaults } from '../x509/crl-scope.ts';
import type { Extension, TbsCertList } from '../x509/model.ts';

/*
 * What a CRL has to be by itself, complete or not, before it is held to the one before it: nobody who reads it may take it for
 * something else than the approval screen shows.
 */

/** @throws CeremonyError DESCRIPTOR_INVALID; DER_INVALID for a reason or an invalidity date that cannot be read */
export function holdCrlForm(crl: TbsCertList): void {
  if (crl.version !== 2) refuse(`the CRL has version ${crl.version}, expected 2 (RFC 5280 §5.1.2.1)`);
  holdOnce('the CRL', crl.extensions);
  if (!crl.nextUpdate || crl.nextUpdate.at <= crl.thisUpdate.at)
    refuse(
      `nextUpdate of the CRL is ${crl.nextUpdate?.at ?? 'absent'}, expected a time after ${crl.thisUpdate.at} (RFC 5280 §5.1.2.5)`,
    );
  holdEntries(crl);
  holdScope(crl);
}

/** Of two with one identifier one reader believes the first and another the second (RFC 5280 §4.2). */
function holdOnce(what: string, extensions: readonly Extension[]): void {
  const seen = new Set<string>();
  for (const { oid } of extensions) {
    if (seen.has(oid)) refuse(`${what} has the extension ${oidName(oid) ?? oid} twice`);
    seen.add(oid);
  }
}

/** RFC 5280 §5.3.1, §5.3.2. Any other could give the entries after it to another CA (certificateIssuer, §5.3.3). */
const OF_ENTRY: readonly string[] = [OID.reasonCode, OID.invalidityDate];

function holdEntries(crl: TbsCertList): void {
  const { revoked } = crl;
  const isComplete = !isDelta(crl);
  const [twice] = revoked.repeated();
  if (twice !== undefined) refuse(`the CRL lists ${twice} twice`);
  // A million entries have the same few, and those are judged once.
  const judged = new WeakSet<readonly Extension[]>();
  for (const entry of revoked) {
    const { extensions } = entry;
    if (judged.has(extensions)) continue;
    judged.add(extensions);
    const other = extensions.find(({ oid, critical }) => critical || !OF_ENTRY.includes(oid));
    if (other)
      refuse(
        `the CRL says of ${entry.serial} by the extension ${other.oid} what is neither a reason nor an invalidity date`,
      );
    holdOnce(`the entry of ${entry.serial}`, extensions);
    // It is read, so that no octets are signed that no screen shows.
    invalidityDate(extensions);
    if (reasonCode(extensions) === 'removeFromCRL' && isComplete)
      refuse(`the CRL removes ${entry.serial}, and only a delta CRL says so`);
  }
}

/** What it is of: all that the CA has issued, or the partition that an issuing distribution point says (§5.2.5). Nothing else may be critical. */
function holdScope({ extensions }: TbsCertList): void {
  const other = extensions.find(
    ({ oid, critical }) => critical && oid !== OID.issuingDistributionPoint && oid !== OID.deltaCRLIndicator,
  );
  if (other) refuse(`the CRL has the extension ${other.oid}, by which it would not be all that the CA has revoked`);
  const [fault] = scopeFaults({ extensions });
  if (fault !== undefined) refuse(`the CRL is neither complete nor of one partition: ${fault}`);
}

function refuse(what: string): never {
  throw new CeremonyError('DESCRIPTOR_INVALID', what, {
    hint: 'nothing is signed: a CRL says each thing once, and plainly',
  });
}
