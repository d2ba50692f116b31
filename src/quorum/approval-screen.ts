import { hexGroups } from '../base/digest.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import { escapeForeign } from '../base/text.ts';
import { wordRows } from '../base/words.ts';
import { isDelta } from '../x509/constructed-crl.ts';
import { parseTbsCertList } from '../x509/crl.ts';
import { type CrlScope, scopeOf } from '../x509/crl-scope.ts';
import type { CertificateList } from '../x509/model.ts';
import { renderDocument } from '../x509/render.ts';
import { crlChangeLines } from './crl-changes.ts';
import { deltaChangeLines } from './delta-changes.ts';
import { destructionLines } from './key-destruction.ts';
import { keyStateLines } from './key-states.ts';
import { lossLines } from './loss.ts';
import type { Descriptor, Operation, SignedKind } from './operation.ts';
import { partitionLines, wideningLines } from './partition-lines.ts';
import { quirkLines } from './quirk-rows.ts';
import { signListLines } from './sign-list-screen.ts';
import { zeroizationLines } from './token-zeroization.ts';

/** What is put up for approval, of which an officer reads every byte. */
export interface ShownProposal {
  readonly descriptor: Descriptor;
  /** The to-be-signed bytes of a signature, or of all in a list; null for every other operation. */
  readonly payload: Octets | null;
  /** UTC, whole seconds. */
  readonly expires: string;
  /** Of a CRL that is to be signed: the one that it follows, or null for a first one. Absent where nobody knows. */
  readonly previous?: CertificateList | null;
  /** Of a CRL: scopes of all CRLs of its key that are known, of earlier ceremonies and of this one. Absent where nobody knows. */
  readonly known?: readonly (CrlScope | undefined)[];
}

/**
 * What an officer reads before signing, rendered from the very bytes whose digest is approved: the descriptor and,
 * for a signature, the to-be-signed bytes decoded by our own reader. The guard draws it, and an auditor's computer
 * draws the same lines.
 * @throws CeremonyError DER_INVALID for a payload that is neither a certificate's nor a CRL's nor a request's nor an OCSP
 *   response's, PAYLOAD_DIGEST for one of a list that is not what its item names
 */
export function approvalScreen(proposal: ShownProposal): string[] {
  const { descriptor, payload, expires } = proposal;
  return ['', ...operationLines(descriptor, payload, expires), ...changeLines(proposal), ''];
}

/**
 * A descriptor without the proposal's expiry; for a signature with the to-be-signed bytes, or with their digest where they
 * are not at hand.
 */
export function descriptorScreen(descriptor: Descriptor, payload: Octets | null = null): string[] {
  return ['', ...operationLines(descriptor, payload), ''];
}

/** Last, so that they stand beside the question: a long list scrolls the beginning away. */
function changeLines({ descriptor: { operation }, payload, previous, known }: ShownProposal): string[] {
  if (operation.op !== 'sign' || operation.kind !== 'crl' || !payload || previous === undefined) return [];
  const next = parseTbsCertList(payload);
  const scope = scopeOf(next);
  return [
    ...(scope === undefined ? [] : partitionLines(scope, known)),
    ...wideningLines(next, previous),
    ...(isDelta(next) ? deltaChangeLines : crlChangeLines)(next, previous ?? undefined),
  ];
}

function operationLines(descriptor: Descriptor, payload: Octets | null, expires?: string): string[] {
  const { operation } = descriptor;
  return [
    `OPERATION   ${operationTitle(operation)}`,
    `step        ${escapeForeign(operation.step)}`,
    ...(expires === undefined ? [] : [`expires     ${expires}`]),
    `HSM         ${hsm(operation)}`,
    ...particulars(operation, payload),
    ...hold(operation),
    ...digestLines('digest', descriptor.digest),
  ];
}

const SIGNS: Readonly<Record<SignedKind, string>> = {
  certificate: 'sign a certificate',
  crl: 'sign a CRL',
  request: 'sign a request for a certificate from another CA',
  'ocsp-response': 'sign an OCSP response',
};

/** What an operation does, in a few words. */
export function operationTitle(operation: Operation): string {
  switch (operation.op) {
    case 'prepare-token':
      return 'initialise the HSM token and set its PINs';
    case 'rotate-activation':
      return operation.set.kind === 'user'
        ? 'give the HSM token a new user PIN, under new shares'
        : 'give the HSM token a new PIN of its security officer, under new shares';
    case 'generate-key':
      return 'generate a CA key pair';
    case 'sign':
      return SIGNS[operation.kind];
    case 'sign-list':
      return `sign ${operation.items.length} ${operation.items.length === 1 ? 'certificate' : 'certificates'}`;
    case 'prove-key':
      return 'have a key sign that it is on this HSM';
    case 'wrap-key':
      return 'let a CA key leave the HSM, wrapped, as a backup';
    case 'unwrap-key':
      return 'restore a CA key on this HSM from its wrapped backup';
    case 'inventory':
      return 'log in and list every object on the HSM';
    case 'destroy-key':
      return 'DESTROY A KEY';
    case 'zeroize-token':
      return 'ERASE AN HSM TOKEN';
    case 'set-key-state':
      return 'DECIDE THE STATE OF A KEY';
    case 'record-loss':
      return operation.to === 'lost' ? 'RECORD THAT SOMETHING IS LOST' : 'RECORD THAT SOMETHING LOST IS FOUND';
  }
}

function hsm(operation: Operation): string {
  const serial =
    operation.hsm.serial === null ? 'blank, no serial yet' : `serial ${escapeForeign(operation.hsm.serial)}`;
  return `${escapeForeign(operation.hsm.name)}: ${escapeForeign(operation.hsm.model)}, ${serial}`;
}

function particulars(operation: Operation, payload: Octets | null): string[] {
  switch (operation.op) {
    case 'prepare-token':
      return [
        `label       ${escapeForeign(operation.label)}`,
        `wipes       ${operation.wipes === null ? 'nothing: the token is blank' : escapeForeign(operation.wipes)}`,
        ...(operation.adopts === null
          ? []
          : [`FINISHES    the token ${escapeForeign(operation.adopts)} that was left half prepared`]),
        ...operation.sets.map(
          (set) =>
            `${set.kind === 'user' ? 'user PIN   ' : 'security officer PIN'} ${set.threshold} of ${set.shares.length}: ${set.shares.map((share) => share.seat).join(', ')}`,
        ),
      ];
    case 'rotate-activation':
      return [
        `replaces    share set ${operation.replaces.id}`,
        `            ${operation.replaces.threshold} of ${operation.replaces.holders.length}: ${operation.replaces.holders.join(', ')}`,
        `by          share set ${operation.set.id}`,
        `            ${operation.set.threshold} of ${operation.set.shares.length}: ${operation.set.shares.map((share) => share.seat).join(', ')}`,
        ...(operation.adopts === null ? ROTATION : finishedRotation(operation.adopts)),
      ];
    case 'generate-key':
      return [
        `label       ${escapeForeign(operation.label)}`,
        `id          ${operation.id}`,
        `algorithm   ${operation.algorithm}`,
        ...(operation.wrappable ? ['MAY LEAVE   this HSM, wrapped under a key that its security officer trusts'] : []),
        ...(operation.adopts === null
          ? []
          : ['TAKES UP    the key pair that was left, public key', `            ${operation.adopts}`]),
        `private     ${flags(operation.privateTemplate)}`,
        `public      ${flags(operation.publicTemplate)}`,
        ...quirkLines(operation.behavesAs),
        `possession  ${operation.possession ? 'one signature over quorate/pop/1' : 'by the self-signed certificate that follows'}`,
      ];
    case 'sign':
      return [
        `key         ${operation.key}`,
        `mechanism   ${operation.mechanism}`,
        `file        ${operation.out}, ${operation.payload.size} bytes to be signed`,
        ...(payload
          ? ['', ...renderDocument(payload, MOST_ENTRIES), '']
          : digestLines('payload', operation.payload.sha256)),
      ];
    case 'sign-list':
      return [
        `key         ${operation.key}`,
        `mechanism   ${operation.mechanism}`,
        `files       ${operation.items.length}, ${operation.payload.size} bytes to be signed in all`,
        ...signListLines(operation, payload && wholeOf(payload)),
      ];
    case 'prove-key':
      return [
        `key         ${operation.key}`,
        ...certificateLines(operation, payload && wholeOf(payload)),
        `mechanism   ${operation.mechanism}`,
        'signs       quorate/copy/1, this ceremony, the digest of the key, the serial',
        '            of this HSM, and nothing else: it is no certificate and no CRL',
      ];
    case 'wrap-key':
      return wrapLines(operation);
    case 'unwrap-key':
      return unwrapLines(operation);
    case 'inventory':
      return [];
    case 'destroy-key':
      return destructionLines(operation, escapeForeign);
    case 'zeroize-token':
      return zeroizationLines(operation, escapeForeign);
    case 'set-key-state':
      return keyStateLines(operation, escapeForeign);
    case 'record-loss':
      return lossLines(operation, escapeForeign);
  }
}

function wrapLines({ key, algorithm, set, paper, out }: Extract<Operation, { op: 'wrap-key' }>): string[] {
  return [
    `key         ${key}`,
    `LEAVES      the HSM wrapped, by ${algorithm}; whoever has the file and enough`,
    '            shares of its set HAS THE KEY, outside of any HSM',
    `file        ${out}, on media alone: not in the evidence pack`,
    `share set   ${set.id}`,
    `            ${set.threshold} of ${set.shares.length}: ${set.shares.map((share) => share.seat).join(', ')}`,
    ...(paper ? ON_PAPER : []),
    'logs in     once as security officer, to have the wrapping key trusted,',
    '            and once as user',
    'proves      what was wrapped is unwrapped for one signature, and is gone',
    'then        the wrapping key is destroyed on the HSM',
  ];
}

const ON_PAPER = [
  'ON PAPER    each of these shares is printed too, first, UNENCRYPTED: whoever',
  '            reads enough of the pages needs nobody and no card',
];

function unwrapLines(operation: Extract<Operation, { op: 'unwrap-key' }>): string[] {
  const { key, algorithm, set, blob, label, id, privateTemplate, publicTemplate, adopts } = operation;
  return [
    `key         ${key}`,
    ...digestLines('wrapped key', blob.sha256),
    `            ${blob.size} bytes, by ${algorithm}`,
    `share set   ${set.id}`,
    `            ${set.threshold} of ${set.holders.length}: ${set.holders.join(', ')}`,
    `label       ${escapeForeign(label)}`,
    `id          ${id}`,
    ...(adopts === null ? [] : ['DESTROYS    what an interrupted restoration left under this label and id, first']),
    `private     ${flags(privateTemplate)}`,
    `public      ${flags(publicTemplate)}`,
    'proves      it signs quorate/copy/1, this ceremony, the digest of the key,',
    '            the serial of this HSM, and nothing else',
  ];
}

/** Entries of a CRL that are shown one by one: some 40 screens. Of more, nobody would read each before approving. */
const MOST_ENTRIES = 500;

/** Of a key that comes with its certificate: whoever approves sees whose it is. */
function certificateLines({ certificate }: Extract<Operation, { op: 'prove-key' }>, payload: Octets | null): string[] {
  if (!certificate) return [];
  return [
    'ADOPTS      a key that NO CEREMONY OF THIS CA HAS MADE, by its certificate',
    `            "${certificate.name}", which the authorization names as "${certificate.name}-sha256"`,
    ...digestLines('certificate', certificate.sha256),
    ...(payload ? ['', ...renderDocument(payload), ''] : []),
  ];
}

const ROTATION = [
  'logs in     once with the old PIN, sets the new one, and once with the new one',
  'then        the shares of the old set open the token no more',
];

function finishedRotation(descriptor: string): string[] {
  return [
    'FINISHES    a rotation that was begun: NOBODY KNOWS WHICH PIN THE TOKEN HAS',
    '            its description has SHA-256',
    `            ${descriptor}`,
    'logs in     first with the NEW PIN; if it is refused, WHICH COSTS ONE TRY,',
    '            then with the OLD PIN, sets the new one, and logs in with it',
    'then        the shares of the old set open the token no more',
  ];
}

function flags(template: Readonly<Record<string, boolean | string | number>>): string {
  return Object.entries(template)
    .filter(([, value]) => typeof value === 'boolean')
    .map(([name, value]) => (value ? name : `not ${name}`))
    .join(', ');
}

function hold(operation: Operation): string[] {
  if (!operation.hold) return ['afterwards  the HSM logs out at once'];
  const { operations, seconds } = operation.hold;
  return [
    `afterwards  the HSM STAYS UNLOCKED, for ${Math.ceil(seconds / 60)} minutes and ${operations} operations at most`,
  ];
}

function digestLines(label: string, digest: string): string[] {
  const [first, ...others] = hexGroups(digest);
  const rows = wordRows(digest).map((row) => `            ${row.number}  ${row.words.join('  ')}`);
  return [`${label.padEnd(12)}${first}`, ...others.map((line) => `            ${line}`), ...rows];
}
