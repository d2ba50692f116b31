import { PREVIOUS_LEDGER } from '../ledger/carried.ts';
import { NEXT_ROSTER_FILE, ROSTER_CHANGE_FILE, ROSTER_FILE } from '../quorum/roster-files.ts';

/**
 * Where everything lies in an evidence pack. The table is closed: a file that is not in it is a finding, because
 * nobody would know what it claims.
 */

const MIB = 1024 * 1024;

export const PATH = {
  events: 'events.jsonl',
  chain: 'chain.jsonl',
  script: 'script.yaml',
  site: 'site.yaml',
  authorization: 'authorization.json',
  people: 'people.json',
  roster: ROSTER_FILE,
  nextRoster: NEXT_ROSTER_FILE,
  rosterChange: ROSTER_CHANGE_FILE,
  plan: 'plan.json',
  ledger: 'ledger.json',
  manifest: 'manifest.json',
  sums: 'SHA256SUMS',
  report: 'views/report.pdf',
  verifyText: 'VERIFY.md',
  verifyShell: 'verify.sh',
  previousManifest: 'previous/manifest.json',
  previousLedger: PREVIOUS_LEDGER,
} as const;

export function authorizationSignaturePath(seat: string): string {
  return `authorization/${seat}.p7s`;
}

/** @param seq of the `proposed` event */
export function approvalStatementPath(seq: number): string {
  return `approvals/${seq}.json`;
}

/** The to-be-signed bytes that were approved. */
export function approvalPayloadPath(seq: number): string {
  return `approvals/${seq}.tbs`;
}

export function approvalSignaturePath(seq: number, seat: string): string {
  return `approvals/${seq}-${seat}.p7s`;
}

/** The signature that lies beside a statement: `x.json` → `x.p7s`. */
export function statementSignaturePath(path: string): string {
  return path.replace(/\.json$/, '.p7s');
}

export function manifestSignaturePath(seat: string): string {
  return `signatures/${seat}.p7s`;
}

/** Folder of an addendum, seen from the pack. */
export function addendumFolder(number: number, kind: string): string {
  return `addenda/${String(number).padStart(2, '0')}-${kind}`;
}

/** @param folder of the addendum */
export function addendumPath(folder: string): string {
  return `${folder}/addendum.json`;
}

/** @param folder of the addendum @param name in addendum.json */
export function addendumFilePath(folder: string, name: string): string {
  return `${folder}/files/${name}`;
}

/** @param folder of the addendum */
export function addendumSignaturePath(folder: string, seat: string): string {
  return `${folder}/signatures/${seat}.p7s`;
}

/** What one kind of file is allowed to be. */
export interface FileKind {
  readonly name: string;
  readonly pattern: RegExp;
  /** Largest size in bytes: a pack comes from strangers. */
  readonly limit: number;
  /** Whether manifest.json lists it. What is not listed is bound otherwise, or comes later. */
  readonly listed: boolean;
}

const SEAT = '[a-z][a-z0-9-]{0,63}';
const ADDENDUM = 'addenda/(0[1-9]|[1-9][0-9])-[a-z][a-z-]{0,31}';
const NAME = '[A-Za-z0-9][A-Za-z0-9._-]{0,127}';
/** What was kept aside has its whole path in its name. */
const KEPT = '[A-Za-z0-9][A-Za-z0-9._+=-]{0,159}';
/** Base64 of an OCSP request, which begins with a SEQUENCE; its slashes divide folders (RFC 6960 appendix A.1). */
const ASKED = 'M[A-Za-z0-9+=]{1,127}(/[A-Za-z0-9+=]{1,127}){0,21}(/index\\.html)?';

export const FILE_KINDS: readonly FileKind[] = [
  kind('transcript', 'events\\.jsonl', 256 * MIB, false),
  kind('chain', 'chain\\.jsonl', 64 * MIB),
  kind('script or site', '(script|site)\\.yaml', 4 * MIB),
  kind('document', '(authorization|people|plan|ledger)\\.json', 64 * MIB),
  kind('roster', 'roster/(next/)?roster\\.json', 4 * MIB),
  kind('change of the roster', 'roster/change\\.json', MIB / 16),
  kind('member certificate', `roster/(next/)?${SEAT}(\\.[2-9])?\\.pem`, MIB / 16),
  kind('signature', `(roster|roster/next|roster/change|authorization)/${SEAT}\\.p7s`, MIB / 16),
  kind('approval statement', 'approvals/[1-9][0-9]{0,6}\\.json', MIB / 16),
  kind('payload', 'approvals/[1-9][0-9]{0,6}\\.tbs', 256 * MIB),
  kind('approval', `approvals/[1-9][0-9]{0,6}-${SEAT}\\.p7s`, MIB / 16),
  kind('statement', `statements/${NAME}\\.json`, MIB),
  kind('signature', `statements/${NAME}\\.p7s`, MIB / 16),
  kind('destruction record', `destruction/${NAME}\\.json`, MIB),
  kind('sheet', `sheets/${NAME}\\.txt`, MIB / 16),
  kind('request', `requests/${NAME}\\.(csr|pem|txt)`, 4 * MIB),
  kind('request of this CA', `requests-made/${NAME}\\.(csr|pem|txt)`, MIB),
  kind('input', `inputs/${NAME}\\.(crt|crl|csv|pem|txt)`, 1024 * MIB),
  kind('request', `inputs/${NAME}/[a-z0-9][a-z0-9.-]{0,62}\\.csr`, MIB),
  kind('certificate', `certificates/${NAME}\\.(crt|pem|txt)`, MIB),
  kind('crl', `crls/${NAME}\\.(crl|pem|txt)`, 1024 * MIB),
  kind('OCSP response', `ocsp/${NAME}\\.(ors|txt)`, MIB),
  kind('publication', `publish/${NAME}\\.(crt|crl|csr|csv|pem|txt)`, 1024 * MIB),
  kind('publication', `publish/ocsp/(${NAME}\\.ors|${ASKED})`, MIB),
  kind('document of the previous pack', 'previous/(manifest|ledger)\\.json', 64 * MIB),
  kind('certificate', 'previous/certificates/[0-9a-f]{64}\\.crt', MIB),
  kind('crl', 'previous/crls/[0-9a-f]{64}\\.crl', 1024 * MIB),
  kind('instructions', '(VERIFY\\.md|verify\\.sh)', MIB),
  kind('manifest', 'manifest\\.json', 64 * MIB, false),
  kind('sums', 'SHA256SUMS', 64 * MIB, false),
  kind('signature', `signatures/${SEAT}\\.p7s`, MIB / 16, false),
  kind('view', 'views/report\\.pdf', 256 * MIB, false),
  kind('recovered', `recovered/[1-9][0-9]{0,3}/${KEPT}`, 256 * MIB),
  kind('timestamp', `timestamps/${NAME}`, 4 * MIB, false),
  kind('addendum', `${ADDENDUM}/addendum\\.json`, MIB, false),
  kind('addendum file', `${ADDENDUM}/files/${NAME}`, 1024 * MIB, false),
  kind('signature', `${ADDENDUM}/signatures/${SEAT}\\.p7s`, MIB / 16, false),
];

function kind(name: string, pattern: string, limit: number, listed = true): FileKind {
  return { name, pattern: new RegExp(`^${pattern}$`), limit, listed };
}

/** @returns undefined for a path that the format does not know */
export function kindOf(path: string): FileKind | undefined {
  return FILE_KINDS.find((candidate) => candidate.pattern.test(path));
}

/** Whether manifest.json lists a file of that path. */
export function isListed(path: string): boolean {
  return kindOf(path)?.listed ?? false;
}

/** What every sealed pack holds. The rest follows from the roster and the transcript. */
export const REQUIRED_PATHS: readonly string[] = [
  PATH.events,
  PATH.chain,
  PATH.script,
  PATH.site,
  PATH.authorization,
  PATH.people,
  PATH.roster,
  PATH.plan,
];

/** What is written when a pack is sealed, and is not there in an interrupted one. */
export const SEALED_PATHS: readonly string[] = [
  PATH.ledger,
  PATH.manifest,
  PATH.sums,
  PATH.verifyText,
  PATH.verifyShell,
];
