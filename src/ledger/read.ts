import { type Json, parseCanonicalObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { KEY_STATES } from '../quorum/key-states.ts';
import { readText, Shape } from '../quorum/shape.ts';
import { readShareSet, SEAT, SET_ID } from '../quorum/share-set.ts';
import type { CrlScope } from '../x509/crl-scope.ts';
import type {
  Ledger,
  LedgerAdoption,
  LedgerBackup,
  LedgerCertificate,
  LedgerCopy,
  LedgerCrl,
  LedgerDestroyed,
  LedgerFormer,
  LedgerKey,
  LedgerKeyFiles,
  LedgerKeyState,
  LedgerLeft,
  LedgerOnPaper,
  LedgerPaperShare,
  LedgerRenewed,
  LedgerShareSet,
  LedgerThing,
  LedgerToken,
  LedgerUnusedSet,
} from './ledger.ts';
import { readLoss } from './read-loss.ts';

const CODE = 'PACK_UNREADABLE';
const WHERE = 'ledger.json';
const STATES = /^(?:sealed|open|handed-over|destroyed|lost)$/;
/** Of a CRL: 20 octets at most. */
const NUMBER = /^(0|[1-9][0-9]{0,47})$/;
const HEX = /^([0-9a-f]{2})+$/;

/** Reads ledger.json (type quorate/ledger/1). @throws CeremonyError PACK_UNREADABLE, JSON_NOT_CANONICAL, DESCRIPTOR_INVALID for a share set */
export function readLedger(bytes: Uint8Array): Ledger {
  const shape = new Shape(parseCanonicalObject(bytes, WHERE), CODE, WHERE);
  const each =
    <T>(read: (shape: Shape) => T) =>
    (item: Json, where: string): T => {
      const entry = new Shape(item, CODE, where);
      const value = read(entry);
      entry.end();
      return value;
    };
  const ledger: Ledger = {
    type: shape.literal('type', 'quorate/ledger/1'),
    ceremony: shape.digest('ceremony'),
    number: shape.integer('number', 1, 1_000_000),
    previous: shape.digest('previous'),
    tokens: shape.list('tokens', each(readToken)),
    keys: shape.list('keys', each(readKey)),
    copies: shape.list('copies', each(readCopy)),
    ...(shape.has('adoptions') ? { adoptions: shape.list('adoptions', each(readAdoption)) } : {}),
    certificates: shape.list('certificates', each(readCertificate)),
    crls: shape.list('crls', each(readCrl)),
    shareSets: shape.list('shareSets', readLedgerShareSet),
    ...(shape.has('backups') ? { backups: shape.list('backups', each(readBackup)) } : {}),
    ...(shape.has('former') ? { former: shape.list('former', each(readFormer)) } : {}),
    ...(shape.has('renewed') ? { renewed: shape.list('renewed', each(readRenewed)) } : {}),
    ...(shape.has('unused') ? { unused: shape.list('unused', each(readUnused)) } : {}),
    ...(shape.has('keyFiles') ? { keyFiles: shape.list('keyFiles', each(readKeyFiles)) } : {}),
    ...(shape.has('boxes')
      ? {
          boxes: Object.fromEntries(
            shape.map('boxes', (place, seat, at) => new Shape({ [seat]: place }, CODE, at).text(seat)),
          ),
        }
      : {}),
    ...(shape.has('losses') ? { losses: shape.list('losses', (item, where) => readLoss(item, CODE, where)) } : {}),
    custody: shape.list('custody', each(readThing)),
  };
  shape.end();
  return ledger;
}

function readAdoption(shape: Shape): LedgerAdoption {
  return {
    key: shape.text('key'),
    spkiSha256: shape.digest('spkiSha256'),
    step: shape.text('step'),
    provenAt: shape.utc('provenAt'),
    complete: shape.literal('complete', 'asserted'),
    revokedUnseen: shape.list('revokedUnseen', (serial, where) =>
      new Shape({ serial }, CODE, where).text('serial', HEX),
    ),
    ...(shape.has('revokedUnseenMore')
      ? { revokedUnseenMore: shape.integer('revokedUnseenMore', 1, Number.MAX_SAFE_INTEGER) }
      : {}),
  };
}

function readFormer(shape: Shape): LedgerFormer {
  return {
    seat: shape.text('seat', SEAT),
    step: shape.text('step'),
    leftAt: shape.utc('leftAt'),
    roster: shape.digest('roster'),
  };
}

function readRenewed(shape: Shape): LedgerRenewed {
  return {
    seat: shape.text('seat', SEAT),
    step: shape.text('step'),
    renewedAt: shape.utc('renewedAt'),
    roster: shape.digest('roster'),
    superseded: shape.list('superseded', (item, where) => new Shape({ key: item }, CODE, where).digest('key')),
  };
}

/** Absent for what a ceremony has made. */
function readShown(shape: Shape): { readonly provenance?: 'shown' } {
  return shape.has('provenance') ? { provenance: shape.literal('provenance', 'shown') } : {};
}

function readThing(shape: Shape): LedgerThing {
  const textOrNull = (name: string) => (shape.any(name) === null ? null : shape.text(name));
  return {
    unit: shape.text('unit'),
    kind: shape.text('kind'),
    make: textOrNull('make'),
    serial: textOrNull('serial'),
    state: shape.text('state', STATES) as LedgerThing['state'],
    bag: textOrNull('bag'),
    place: textOrNull('place'),
    ...(shape.has('onPaper') ? { onPaper: readOnPaper(shape.object('onPaper')) } : {}),
  };
}

function readOnPaper(shape: Shape): LedgerOnPaper {
  const paper = {
    ceremony: shape.integer('ceremony', 1, 1_000_000),
    at: shape.utc('at'),
    signed: shape.list('signed', readText(CODE)),
    ...(shape.has('page') ? { page: shape.digest('page') } : {}),
    step: shape.text('step'),
  };
  shape.end();
  return paper;
}

function readKeyFiles(shape: Shape): LedgerKeyFiles {
  return {
    module: shape.text('module'),
    folder: shape.text('folder'),
    files: shape.list('files', (item, where) => {
      const file = new Shape(item, CODE, where);
      const read = { path: file.text('path'), sha256: file.digest('sha256') };
      file.end();
      return read;
    }),
    keys: shape.list('keys', (key, where) => new Shape({ key }, CODE, where).digest('key')),
    media: shape.list('media', readText(CODE)),
  };
}

function readBackup(shape: Shape): LedgerBackup {
  return {
    key: shape.text('key'),
    spkiSha256: shape.digest('spkiSha256'),
    set: shape.text('set', SET_ID),
    algorithm: shape.text('algorithm'),
    file: shape.text('file'),
    sha256: shape.any('sha256') === null ? null : shape.digest('sha256'),
    size: shape.any('size') === null ? null : shape.integer('size', 1, 2 ** 16),
    media: shape.list('media', readText(CODE)),
    step: shape.text('step'),
    madeAt: shape.any('madeAt') === null ? null : shape.utc('madeAt'),
    state: shape.literal('state', 'kept', 'orphan', 'destroyed'),
  };
}

function readToken(shape: Shape): LedgerToken {
  return {
    name: shape.text('name'),
    serial: shape.text('serial'),
    model: shape.text('model'),
    label: shape.text('label'),
    means: shape.text('means'),
    sets: shape.list('sets', readText(CODE)),
  };
}

function readKey(shape: Shape): LedgerKey {
  return {
    name: shape.text('name'),
    label: shape.text('label'),
    id: shape.text('id', HEX),
    algorithm: shape.text('algorithm'),
    spki: shape.base64('spki').toString('base64'),
    spkiSha256: shape.digest('spkiSha256'),
    token: shape.text('token'),
    step: shape.text('step'),
    // Of what people brought with them nobody has recorded when it was made; of the rest somebody has.
    ...(shape.has('provenance')
      ? { provenance: shape.literal('provenance', 'shown'), generatedAt: shape.nothing('generatedAt') }
      : { generatedAt: shape.utc('generatedAt') }),
    ...(shape.has('wrappable') ? { wrappable: shape.flag('wrappable') as true } : {}),
    state: shape.literal('state', ...KEY_STATES),
    states: shape.list('states', readTransition),
    ...readDestroyed(shape),
    quirks: shape.list('quirks', readText(CODE)),
  };
}

function readTransition(item: Json, where: string): LedgerKeyState {
  const one = new Shape(item, CODE, where);
  const transition = {
    from: one.any('from') === null ? null : one.literal('from', ...KEY_STATES),
    to: one.literal('to', ...KEY_STATES),
    at: one.utc('at'),
    ceremony: one.integer('ceremony', 1, 1_000_000),
    step: one.text('step'),
    reason: one.text('reason'),
    approvedBy: one.list('approvedBy', (seat, at) => new Shape({ seat }, CODE, at).text('seat', SEAT)),
  };
  one.end();
  return transition;
}

function readCopy(shape: Shape): LedgerCopy {
  const provenance = shape.has('provenance')
    ? shape.literal('provenance', 'asserted', 'restored', 'unproven')
    : undefined;
  return {
    key: shape.text('key'),
    spkiSha256: shape.digest('spkiSha256'),
    token: shape.text('token'),
    step: shape.text('step'),
    ...(provenance === undefined ? {} : { provenance }),
    provenAt:
      provenance === 'asserted' || provenance === 'unproven' ? shape.nothing('provenAt') : shape.utc('provenAt'),
    ...(shape.has('left') ? { left: readLeft(shape.object('left')) } : {}),
    ...readDestroyed(shape),
  };
}

function readLeft(shape: Shape): LedgerLeft {
  const left = { how: shape.literal('how', 'begun', 'undestroyed'), at: shape.utc('at') };
  shape.end();
  return left;
}

/** Absent while the key is there. */
function readDestroyed(shape: Shape): { readonly destroyed?: LedgerDestroyed } {
  if (!shape.has('destroyed')) return {};
  const one = shape.object('destroyed');
  const destroyed = {
    at: one.utc('at'),
    step: one.text('step'),
    ...(one.has('stated') ? { stated: one.literal('stated', 'erased', 'absent', 'finished') } : {}),
  };
  one.end();
  return { destroyed };
}

function readCertificate(shape: Shape): LedgerCertificate {
  return {
    name: shape.text('name'),
    path: shape.text('path'),
    sha256: shape.digest('sha256'),
    serial: shape.text('serial', HEX),
    key: shape.text('key'),
    spkiSha256: shape.digest('spkiSha256'),
    notBefore: shape.utc('notBefore'),
    notAfter: shape.utc('notAfter'),
    step: shape.text('step'),
    ...readShown(shape),
  };
}

function readCrl(shape: Shape): LedgerCrl {
  return {
    name: shape.text('name'),
    path: shape.text('path'),
    sha256: shape.digest('sha256'),
    issuer: shape.text('issuer'),
    number: shape.text('number', NUMBER),
    ...(shape.has('base') ? { base: shape.text('base', NUMBER) } : {}),
    ...(shape.has('scope') ? { scope: readScope(shape.object('scope')) } : {}),
    thisUpdate: shape.utc('thisUpdate'),
    nextUpdate: shape.utc('nextUpdate'),
    step: shape.text('step'),
    ...readShown(shape),
  };
}

function readScope(shape: Shape): CrlScope {
  const scope = {
    ...(shape.has('uri') ? { uri: shape.text('uri') } : {}),
    ...(shape.has('only') ? { only: shape.literal('only', 'ca', 'user') } : {}),
  };
  shape.end();
  if (scope.uri === undefined && scope.only === undefined)
    throw new CeremonyError(CODE, `${WHERE} has a CRL of a partition that says nothing`);
  return scope;
}

/** A share set's record with its token, state and places: the record itself is read where records are read. */
function readLedgerShareSet(item: Json, where: string): LedgerShareSet {
  const whole = new Shape(item, CODE, where);
  const places = {
    hsm: whole.text('hsm'),
    state: whole.literal('state', 'current', 'lost', 'superseded', 'begun', 'void'),
    unproven: whole.list('unproven', (seat, at) => new Shape({ seat }, CODE, at).text('seat', SEAT)),
    envelopes: readEnvelopes(whole),
    ...(whole.has('paper') ? { paper: whole.list('paper', readPaperShare) } : {}),
  };
  const record = Object.fromEntries(
    Object.entries(item as { readonly [key: string]: Json }).filter(([key]) => !Object.hasOwn(places, key)),
  );
  return { ...readShareSet(record, where), ...places };
}

function readUnused(shape: Shape): LedgerUnusedSet {
  return { set: shape.text('set', SET_ID), step: shape.text('step'), envelopes: readEnvelopes(shape) };
}

/** Medium → paths. */
function readEnvelopes(shape: Shape): LedgerShareSet['envelopes'] {
  return Object.fromEntries(
    shape.map('envelopes', (paths, medium, at) =>
      new Shape({ [medium]: paths }, CODE, at).list(medium, readText(CODE)),
    ),
  );
}

function readPaperShare(item: Json, where: string): LedgerPaperShare {
  const one = new Shape(item, CODE, where);
  const page = {
    seat: one.text('seat', SEAT),
    unit: one.text('unit'),
    printedAt: one.any('printedAt') === null ? null : one.utc('printedAt'),
    pages: one.integer('pages', 0, Number.MAX_SAFE_INTEGER),
  };
  one.end();
  return page;
}
