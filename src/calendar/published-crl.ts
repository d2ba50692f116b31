import { sha256 } from '../base/digest.ts';
import { ofScope } from '../ledger/carried.ts';
import type { LedgerCrl } from '../ledger/ledger.ts';
import { combinationFaults, isDelta } from '../x509/constructed-crl.ts';
import { cRLNumber, deltaCRLIndicator } from '../x509/crl-extensions.ts';
import { type CrlScope, scopeKey, scopeOf, scopeWords } from '../x509/crl-scope.ts';
import type { CertificateList } from '../x509/model.ts';
import type { Report } from './check-published.ts';
import { type NewestCrl, newestCompleteCrls, placesOf } from './crl-places.ts';
import { keyNameOf, type LedgerFiles, signerOf } from './ledger-files.ts';
import type { PublishedFile } from './published-file.ts';
import { holdToPlace } from './published-place.ts';

/** Judges a CRL that was published. @returns what it is, in one line */
export function judgeCrl(
  files: LedgerFiles,
  { crl, isPem }: { readonly crl: CertificateList; readonly isPem: boolean },
  place: Pick<PublishedFile, 'name' | 'url'>,
  asOf: string,
  report: Report,
): string {
  const number = cRLNumber(crl.extensions);
  const numbered = number === undefined ? 'without a number' : `number ${number}`;
  if (isPem)
    report('PUBLISHED-BYTES', 'it is PEM, expected DER: what fetches CRLs reads nothing else (RFC 5280 §4.2.1.13)');
  holdToTime(crl, asOf, report);
  const signer = signerOf(files, crl, crl.tbs);
  if (!signer) {
    report(
      'PUBLISHED-SIGNATURE',
      signer === null
        ? 'its issuer is no CA of the ledger, by its name'
        : 'its signature is not that of the CA of the ledger whose name it bears',
    );
    return `CRL ${numbered}`;
  }
  const issuer = keyNameOf(files.ledger, signer.content) ?? signer.entry.name;
  const ofIssuer = files.ledger.crls.filter((one) => one.issuer === issuer);
  const own = ofIssuer.filter((one) => (one.base !== undefined) === isDelta(crl));
  const digest = sha256(crl.der);
  const row = own.find((one) => one.sha256 === digest);
  // What another CA's program wrote was taken as complete, whatever it says of its scope: the ledger's word goes.
  const scope = row ? row.scope : scopeOf(crl);
  const part = scope === undefined ? '' : ` (partition ${scopeWords(scope)})`;
  holdToLedger(crl, number, ofScope(own, scope), report);
  const newest = newestCompleteCrls(files.pack, ofIssuer);
  if (isDelta(crl)) holdToBase(crl, scope, newest, report);
  const places = placesOf(newest);
  const isPlaced = holdToPlace({ scope, delta: isDelta(crl) }, place, places, report);
  // Who was not told looks at none: openssl and others take the place from the complete one alone.
  const isTold = places.some((one) => one.delta && scopeKey(one.scope) === scopeKey(scope));
  const untold =
    isDelta(crl) && !isTold ? '; the newest complete CRL says nowhere that there is one (freshestCRL)' : '';
  return `${isDelta(crl) ? 'delta CRL' : 'CRL'} of "${issuer}"${part}, ${numbered}, ${crl.revoked.count} ${isDelta(crl) ? 'listed' : 'revoked'}, until ${crl.nextUpdate?.at ?? 'no date'}${untold}${isPlaced ? '' : '; where it lay nobody said: not held to its URL (--as)'}`;
}

function holdToTime({ thisUpdate, nextUpdate }: CertificateList, asOf: string, report: Report): void {
  if (thisUpdate.at > asOf) report('PUBLISHED-FRESH', `it begins at ${thisUpdate.at}, after ${asOf}`);
  if (nextUpdate === undefined) report('PUBLISHED-FRESH', 'it does not say when the next one comes');
  else if (nextUpdate.at <= asOf)
    report('PUBLISHED-FRESH', `it ended at ${nextUpdate.at}, expected one that holds at ${asOf}`);
}

/** Whoever has the newest complete CRL can take it together with that (RFC 5280 §5.2.4). */
function holdToBase(
  delta: CertificateList,
  scope: CrlScope | undefined,
  newest: readonly NewestCrl[],
  report: Report,
): void {
  const found = newest.find(({ row }) => scopeKey(row.scope) === scopeKey(scope));
  const base = deltaCRLIndicator(delta.extensions);
  if (!found) {
    report(
      'PUBLISHED-DELTA',
      `it starts from CRL ${base ?? 'of no number'}, and the ledger has no complete CRL of that scope`,
    );
    return;
  }
  // One that was signed beside it has its number, and one before it a lower: both are for who has an older complete one.
  const own = cRLNumber(delta.extensions);
  const isBeside = own !== undefined && own <= BigInt(found.row.number) && base !== undefined && base < own;
  for (const fault of isBeside ? [] : combinationFaults(found.crl, delta))
    report('PUBLISHED-DELTA', `with the newest complete CRL, number ${found.row.number}, it says nothing: ${fault}`);
}

/** @param known CRLs of its CA and scope, of every ceremony */
function holdToLedger(
  crl: CertificateList,
  number: bigint | undefined,
  known: readonly LedgerCrl[],
  report: Report,
): void {
  const digest = sha256(crl.der);
  const newest = known.reduce<LedgerCrl | undefined>(
    (last, one) => (last && BigInt(last.number) >= BigInt(one.number) ? last : one),
    undefined,
  );
  const isKnown = known.some((one) => one.sha256 === digest);
  if (number !== undefined && newest && number < BigInt(newest.number))
    report(
      'PUBLISHED-NUMBER',
      `it has number ${number}, expected ${newest.number}, the newest, from ${newest.thisUpdate}`,
    );
  if (isKnown) return;
  report(
    'PUBLISHED-RECORDED',
    number !== undefined && newest && number > BigInt(newest.number)
      ? `it has number ${number}, and the newest of the ledger is ${newest.number}: this is not the newest pack, or it was signed outside of any ceremony`
      : `no CRL of the ledger has its SHA-256 ${digest}: it was signed outside of any ceremony that this pack knows`,
  );
}
