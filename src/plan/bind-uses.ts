import { NO_DIGEST, type Sha256, sha256 } from '../base/digest.ts';
import {
  deltaSince,
  newestCrl,
  ofScope,
  previousCertificatePath,
  previousCrlPath,
  sequencesOf,
} from '../ledger/carried.ts';
import { keyPlaces } from '../ledger/key-places.ts';
import type { Ledger, LedgerBackup, LedgerCertificate, LedgerCrl, LedgerKey } from '../ledger/ledger.ts';
import { WRAP_ALGORITHM } from '../quorum/key-backup.ts';
import type { Positions } from '../script/positions.ts';
import type { Script } from '../script/script.ts';
import { scopeWords } from '../x509/crl-scope.ts';
import { DESTROYS_KEY, ZEROIZES } from './key-destroyed.ts';
import { keyRemains } from './key-remains.ts';
import type { KeyThere, PartitionUsed, Plan, PlannedToken, PlannedUse } from './plan.ts';
import type { PlanReporter } from './reporter.ts';

type Use = Script['uses'][string];

/** What `crl:` says for the newest one, whatever its name. */
const LATEST = 'latest';

/** What is known of something that is used while no site says from which pack: a script linted alone has none. */
const ASSUMED_ALGORITHM = 'ecdsa-p384';

/**
 * What a script uses of earlier ceremonies, as the ledger of the previous pack has it. `of` is the label of the CA's
 * key: the one that is used, or that signed what is used.
 * @param ledger undefined where no previous pack is known
 */
export function bindUses(
  script: Script,
  positions: Positions,
  { marking, tokens }: { readonly marking: Plan['marking']; readonly tokens: readonly PlannedToken[] },
  ledger: Ledger | undefined,
  hasSite: boolean,
  reporter: PlanReporter,
): Pick<Plan, 'uses'> {
  const names = Object.entries(script.uses);
  if (names.length === 0) return {};
  if (!ledger) {
    if (hasSite)
      reporter.atKey(
        positions,
        ['uses'],
        'PLAN_NAME',
        'the script uses what earlier ceremonies made, and the site names no previous pack',
        'in the site: previous: { pack: FOLDER, head: SHA-256 }',
      );
    const token = tokens.find(({ expect }) => expect === 'ledger')?.name ?? null;
    return { uses: Object.fromEntries(names.map(([name, use]) => [name, assumed(use, token)])) };
  }
  const uses: Record<string, PlannedUse> = {};
  for (const [name, use] of names) {
    const found = find(use, `${marking.label}${use.of}`, ledger, tokens, isDestroyed(script, name));
    if (typeof found === 'string') reporter.at(positions, ['uses', name], 'PLAN_NAME', found);
    else uses[name] = found;
  }
  return { uses };
}

/** Keys that a script alone is assumed to find on an HSM that was left by earlier ceremonies. */
export function assumedKeys({ uses }: Pick<Script, 'uses'>): readonly KeyThere[] {
  return Object.values(uses).flatMap((use) =>
    'key' in use ? [{ name: use.key, label: use.of, spkiSha256: assumedKey(use.of) }] : [],
  );
}

/** Stands for the digest of a key that is not known: the same for all that is of one CA, and of no key. */
function assumedKey(label: string): Sha256 {
  return sha256(`assumed key ${label}`);
}

function assumed(use: Use, token: string | null): PlannedUse {
  const spkiSha256 = assumedKey(use.of);
  const file = { sha256: NO_DIGEST, path: '', signedBy: spkiSha256 };
  if ('key' in use)
    return {
      ...{ kind: 'key', name: use.key, label: use.of, id: '', algorithm: ASSUMED_ALGORITHM, spki: '' },
      // Nobody can say whether it was made so: it is taken to be what the script wants.
      ...{ spkiSha256, token, wrappable: true },
    };
  if ('backup' in use) return assumedBackup(use.of, spkiSha256);
  if ('certificate' in use)
    return { kind: 'certificate', name: use.certificate, ...file, spkiSha256, notBefore: '', notAfter: '' };
  const scope = use.partition === undefined ? {} : { scope: use.partition };
  return { kind: 'crl', name: use.crl, ...file, ...scope, number: '1', thisUpdate: '', nextUpdate: '' };
}

/** @returns what is wrong, where it is not in the ledger */
function find(
  use: Use,
  label: string,
  ledger: Ledger,
  tokens: readonly PlannedToken[],
  destroyed: boolean,
): PlannedUse | string {
  const labelled = ledger.keys.filter((key) => key.label === label);
  if (labelled.length > 1) return `the ledger of the previous pack has ${labelled.length} keys labelled "${label}"`;
  const [signer] = labelled;
  if (!signer) {
    const known = ledger.keys.map((key) => `"${key.label}"`).join(', ');
    return `the ledger of the previous pack has no key labelled "${label}", it has ${known || 'none'}`;
  }
  // Everything else of the ledger names the key that signed: of two of one name nobody can say which.
  const namesakes = ledger.keys.filter((key) => key.name === signer.name);
  if (namesakes.length > 1)
    return `the ledger of the previous pack has ${namesakes.length} keys named "${signer.name}", labelled ${namesakes.map((one) => `"${one.label}"`).join(' and ')}`;
  if ('key' in use) {
    const found = keyUse(use.key, signer, ledger, tokens);
    return typeof found === 'string' || !destroyed ? found : { ...found, remains: keyRemains(signer, ledger, tokens) };
  }
  if ('backup' in use) return backupUse(use.backup, signer, ledger);
  if ('certificate' in use) {
    const signed = ledger.certificates.filter((one) => one.key === signer.name);
    const certificate = signed.findLast((one) => one.name === use.certificate);
    if (certificate) return certificateUse(certificate, signer, ledger);
    return `the key labelled "${label}" signed no certificate "${use.certificate}", it signed ${listed(signed)}`;
  }
  const crls = ledger.crls.filter((one) => one.issuer === signer.name);
  const asked = crls.filter((one) => use.crl === LATEST || one.name === use.crl);
  const sequences = sequencesOf(use.partition === undefined ? asked : ofScope(asked, use.partition));
  if (sequences.length > 1)
    return `the CRL of the key labelled "${label}" is partitioned: say which one follows, with "partition:", of ${scopesIn(asked)}`;
  const crl = sequences.flatMap((one) => newestCrl(one) ?? [])[0];
  const own = crl ? ofScope(crls, crl.scope) : [];
  const last = newestCrl(own);
  if (crl && crl !== last)
    return `the CRL "${use.crl}" of the key labelled "${label}" has number ${crl.number}; its newest is "${last?.name}", number ${last?.number}`;
  if (crl) return crlUse(crl, signer, deltaSince(own));
  if (use.partition !== undefined && asked.length > 0)
    return `the key labelled "${label}" signed no such CRL of the partition ${scopeWords(use.partition)}, it signed ${scopesIn(asked)}`;
  const wanted = use.crl === LATEST ? 'no CRL' : `no CRL "${use.crl}"`;
  return `the key labelled "${label}" signed ${wanted}, it signed ${listed(crls)}`;
}

/** Each of which there is a CRL, once. */
function scopesIn(crls: readonly LedgerCrl[]): string {
  return sequencesOf(crls)
    .map(([one]) => (one?.scope === undefined ? 'all that it issues' : `the partition ${scopeWords(one.scope)}`))
    .join('; ');
}

/** Whether a step of the script destroys the key that it calls so. */
function isDestroyed({ acts }: Script, name: string): boolean {
  return acts.some(({ steps }) =>
    steps.some(({ step, with: params }) => {
      const { key, destroys } = params;
      return step === DESTROYS_KEY
        ? key === name
        : step === ZEROIZES && Array.isArray(destroys) && destroys.includes(name);
    }),
  );
}

function keyUse(
  name: string,
  key: LedgerKey,
  ledger: Ledger,
  tokens: readonly PlannedToken[],
): Extract<PlannedUse, { kind: 'key' }> | string {
  if (key.name !== name)
    return `the key labelled "${key.label}" is "${key.name}" in the ledger of the previous pack, not "${name}"`;
  const places = keyPlaces(ledger, key);
  if (places.length === 0) return `the key "${name}" is on no HSM any more, by the ledger of the previous pack`;
  const token = tokens.find(({ serial }) => serial !== null && places.includes(serial))?.name;
  if (token === undefined)
    return `the key "${name}" is on ${places.map((serial) => `the HSM ${serial}`).join(' and ')}, which the site binds to no token`;
  const { label, id, algorithm, spki, spkiSha256 } = key;
  return {
    ...{ kind: 'key', name, label, id, algorithm, spki, spkiSha256, token, ...lastCrl(ledger, key.name) },
    ...(key.wrappable ? { wrappable: true } : {}),
    ...(key.state === 'active' ? {} : { state: key.state }),
    ...provenanceOf(key),
  };
}

function certificateUse(certificate: LedgerCertificate, signer: LedgerKey, ledger: Ledger): PlannedUse {
  const { name, sha256, spkiSha256, notBefore, notAfter } = certificate;
  const own = ledger.keys.find((key) => key.spkiSha256 === spkiSha256)?.name;
  return {
    kind: 'certificate',
    name,
    sha256,
    path: previousCertificatePath(sha256),
    spkiSha256,
    signedBy: signer.spkiSha256,
    notBefore,
    notAfter,
    ...lastCrl(ledger, own),
    ...provenanceOf(certificate),
  };
}

/** What stands for a backup while no site says from which pack. */
function assumedBackup(label: string, spkiSha256: Sha256): PlannedUse {
  return {
    ...{ kind: 'backup', name: label, label, id: '00000000', algorithm: ASSUMED_ALGORITHM, spki: '', spkiSha256 },
    // It is somewhere: which HSM that is, the ledger says.
    places: ['as the ledger has it'],
    set: { id: '0'.repeat(32), kind: 'kek', threshold: 2, check: NO_DIGEST, shares: [] },
    wrapped: { algorithm: WRAP_ALGORITHM, file: '', sha256: NO_DIGEST, size: 16 },
  };
}

/** Of one that is kept the record has the bytes. */
type Kept = LedgerBackup & { readonly sha256: Sha256; readonly size: number };

function isKept(backup: LedgerBackup): backup is Kept {
  return backup.state === 'kept' && backup.sha256 !== null && backup.size !== null;
}

/** @param which `latest`, or the id of its share set */
function backupUse(which: string, key: LedgerKey, ledger: Ledger): PlannedUse | string {
  const own = (ledger.backups ?? []).filter(({ spkiSha256 }) => spkiSha256 === key.spkiSha256);
  const kept = own.filter(isKept);
  const backup = which === LATEST ? kept.at(-1) : kept.find(({ set }) => set === which);
  if (!backup) {
    const known = own.map(({ set, state }) => `${set} (${state})`).join(', ');
    return `the ledger of the previous pack has no ${which === LATEST ? 'backup' : `backup under the share set ${which}`} of the key labelled "${key.label}" that is kept; it knows ${known || 'none'}`;
  }
  const set = ledger.shareSets.find(({ id, kind }) => id === backup.set && kind === 'kek');
  if (!set)
    return `the ledger of the previous pack has a backup of "${key.name}" under ${backup.set}, and no such share set`;
  const { name, label, id, algorithm, spki, spkiSha256 } = key;
  const { threshold, check, shares } = set;
  return {
    ...{ kind: 'backup', name, label, id, algorithm, spki, spkiSha256, places: keyPlaces(ledger, key) },
    set: { id: set.id, kind: set.kind, threshold, check, shares },
    wrapped: { algorithm: backup.algorithm, file: backup.file, sha256: backup.sha256, size: backup.size },
  };
}

/** Number of the newest CRL that the key of that name signed, or of the newest of each partition. */
function lastCrl(
  ledger: Ledger,
  key: string | undefined,
): { readonly lastCrl?: string; readonly partitions?: readonly PartitionUsed[] } {
  const own = ledger.crls.filter(({ issuer }) => issuer === key);
  const last = newestCrl(ofScope(own, undefined))?.number;
  const partitions = sequencesOf(own).flatMap((one) => {
    const newest = newestCrl(one);
    return newest?.scope === undefined ? [] : [{ ...newest.scope, number: newest.number }];
  });
  return {
    ...(last === undefined ? {} : { lastCrl: last }),
    ...(partitions.length === 0 ? {} : { partitions }),
  };
}

function crlUse(crl: LedgerCrl, signer: LedgerKey, since: LedgerCrl | undefined): PlannedUse {
  const { name, sha256, scope, number, thisUpdate, nextUpdate } = crl;
  const path = previousCrlPath(sha256);
  return {
    ...{ kind: 'crl', name, sha256, path, signedBy: signer.spkiSha256, number, thisUpdate, nextUpdate },
    ...(scope === undefined ? {} : { scope }),
    ...(since === undefined ? {} : { delta: deltaUse(since) }),
    ...provenanceOf(crl),
  };
}

function deltaUse({ name, sha256, number, thisUpdate, nextUpdate }: LedgerCrl) {
  return { name, sha256, path: previousCrlPath(sha256), number, thisUpdate, nextUpdate };
}

function provenanceOf({ provenance }: Pick<LedgerKey, 'provenance'>): Pick<PlannedUse, 'provenance'> {
  return provenance === undefined ? {} : { provenance };
}

function listed(of: readonly { readonly name: string }[]): string {
  return [...new Set(of.map(({ name }) => `"${name}"`))].join(', ') || 'none';
}
