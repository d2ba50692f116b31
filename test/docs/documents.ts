import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalBytes, parseCanonicalObject } from '../../src/base/canonical-json.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { readManifest } from '../../src/pack/manifest.ts';
import { readPeople } from '../../src/pack/people.ts';
import { readAddendum } from '../../src/quorum/addendum.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { readDeviationStatement } from '../../src/quorum/deviation.ts';
import { readEnrolment } from '../../src/quorum/enrolment.ts';
import { readDescriptor } from '../../src/quorum/operation.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { readRosterChange } from '../../src/quorum/roster-change.ts';
import { openShare } from '../../src/quorum/share-envelope.ts';
import { shareCommitment } from '../../src/quorum/share-set.ts';
import { attestationBytes, presenceBytes, readApproval, readStatement } from '../../src/quorum/statement.ts';
import { readChainLine, readEventLine } from '../../src/transcript/chain.ts';
import { checkEventShape } from '../../src/verify/event-shape.ts';
import { definition, type Schema, validate } from './json-schema.ts';
import { ROOT } from './rehearsed.ts';

/** Reads a document as the program does. @throws CeremonyError, or Error where the program would make other bytes */
type Reader = (bytes: Uint8Array) => unknown;

interface Kind {
  /** File of docs/schema/, without its ending, and the definition in it where it is not the whole. */
  readonly schema: string;
  readonly definition?: string;
  readonly read: Reader;
}

const parse: Reader = (bytes) => parseCanonicalObject(bytes, 'the document');

/** Every kind of JSON document, by the word that stands behind `json` in the pages. */
export const KINDS: { readonly [kind: string]: Kind } = {
  roster: { schema: 'roster', read: readRoster },
  'roster-change': { schema: 'roster-change', read: readRosterChange },
  people: { schema: 'people', read: readPeople },
  authorization: { schema: 'authorization', read: readAuthorization },
  operation: { schema: 'operation', read: readDescriptor },
  approval: { schema: 'approval', read: readApproval },
  'deviation-approval': { schema: 'deviation-approval', read: readDeviationStatement },
  presence: {
    schema: 'presence',
    read: madeAgain(({ ceremony, authorization, seat }) => presenceBytes({ ceremony, authorization, seat } as never)),
  },
  enrolment: { schema: 'enrolment', read: readEnrolment },
  attestation: {
    schema: 'attestation',
    read: madeAgain(({ ceremony, head, seat, step, text }) =>
      attestationBytes({ ceremony, head, seat, step, text } as never),
    ),
  },
  share: { schema: 'share', read: readShare },
  manifest: { schema: 'manifest', read: readManifest },
  addendum: { schema: 'addendum', read: readAddendum },
  ledger: { schema: 'ledger', read: readLedger },
  plan: { schema: 'plan', read: parse },
  event: { schema: 'event', read: (bytes) => checkEventShape(readEventLine(bytes, 1), 1) },
  chain: { schema: 'chain', read: (bytes) => readChainLine(bytes, 1) },
  'certificate-profile': { schema: 'plan', definition: 'certificateProfile', read: parse },
  'crl-profile': { schema: 'plan', definition: 'crlProfile', read: parse },
};

/** @returns what the document's JSON Schema says against it */
export function schemaProblems(kind: string, value: unknown): string[] {
  const { schema: file, definition: name } = kindOf(kind);
  const schema = readSchema(file);
  return validate(name === undefined ? schema : definition(schema, name), value, schema);
}

/** @throws what the program's own reader throws for it */
export function readAsProgram(kind: string, value: unknown): void {
  kindOf(kind).read(canonicalBytes(value));
}

export function readSchema(file: string): Schema {
  return JSON.parse(readFileSync(join(ROOT, 'docs', 'schema', `${file}.schema.json`), 'utf8')) as Schema;
}

function kindOf(kind: string): Kind {
  const found = KINDS[kind];
  if (!found) throw new Error(`there is no kind of document "${kind}"`);
  return found;
}

/** Statements are not read but made again, from what is known otherwise, and compared byte for byte. */
function madeAgain(make: (members: { readonly [name: string]: unknown }) => Uint8Array): Reader {
  return (bytes) => {
    const members = readStatement(bytes);
    const absent = Object.values(members).some((value) => typeof value !== 'string');
    if (
      absent ||
      Buffer.compare(
        tryTo(() => make(members)),
        bytes,
      ) !== 0
    ) {
      throw new CeremonyError('APPROVAL_DIGEST', 'the program would make other bytes of it');
    }
  };
}

/** Canonical JSON of a member that is not there is a TypeError: there are no such bytes. */
function tryTo(make: () => Uint8Array): Uint8Array {
  try {
    return make();
  } catch (error) {
    if (error instanceof TypeError) return new Uint8Array();
    throw error;
  }
}

/** Opened against a record that fits it, as a guard does with the record of the ledger. */
function readShare(bytes: Uint8Array): void {
  const value = parseCanonicalObject(bytes, 'the share') as unknown as {
    readonly [key in 'set' | 'seat' | 'r' | 'share']: string;
  } & { readonly [key in 'x' | 'threshold' | 'count']: number };
  const y = Buffer.from(value.share.slice(0, -2), 'hex');
  const record = {
    seat: value.seat,
    x: value.x,
    commitment: shareCommitment(value.set, value.x, Buffer.from(value.r, 'hex'), y),
    envelope: '',
    recipients: [],
  };
  const shares = Array.from({ length: value.count }, () => record);
  openShare(Buffer.from(bytes), { id: value.set, kind: 'user', threshold: value.threshold, check: '', shares }, record);
}
