import { hexGroups } from '../base/digest.ts';
import { escapeForeign } from '../base/text.ts';
import { wordRows } from '../base/words.ts';
import type { Descriptor, Operation } from '../quorum/operation.ts';
import { renderDocument } from '../x509/render.ts';
import type { OpenProposal } from './proposals.ts';

/**
 * What an officer reads before signing, rendered from the very bytes whose digest is approved: the descriptor and,
 * for a signature, the to-be-signed bytes decoded by our own reader. Nothing here comes from the core's words.
 */
export function approvalScreen(proposal: OpenProposal): string[] {
  const { descriptor, payload } = proposal;
  return [
    '',
    `OPERATION   ${title(descriptor.operation)}`,
    `step        ${escapeForeign(descriptor.operation.step)}`,
    `HSM         ${hsm(descriptor.operation)}`,
    ...particulars(descriptor.operation, payload),
    ...hold(descriptor.operation),
    ...digestLines(descriptor),
    `expires     ${proposal.expires}`,
    '',
  ];
}

function title(operation: Operation): string {
  switch (operation.op) {
    case 'prepare-token':
      return 'initialise the HSM token and set its PINs';
    case 'generate-key':
      return 'generate a CA key pair';
    case 'sign':
      return operation.kind === 'certificate' ? 'sign a certificate' : 'sign a CRL';
    case 'inventory':
      return 'log in and list every object on the HSM';
  }
}

function hsm(operation: Operation): string {
  const serial =
    operation.hsm.serial === null ? 'blank, no serial yet' : `serial ${escapeForeign(operation.hsm.serial)}`;
  return `${escapeForeign(operation.hsm.name)}: ${escapeForeign(operation.hsm.model)}, ${serial}`;
}

function particulars(operation: Operation, payload: Uint8Array | null): string[] {
  switch (operation.op) {
    case 'prepare-token':
      return [
        `label       ${escapeForeign(operation.label)}`,
        `wipes       ${operation.wipes === null ? 'nothing: the token is blank' : escapeForeign(operation.wipes)}`,
        ...operation.sets.map(
          (set) =>
            `${set.kind === 'user' ? 'user PIN   ' : 'security officer PIN'} ${set.threshold} of ${set.shares.length}: ${set.shares.map((share) => share.seat).join(', ')}`,
        ),
      ];
    case 'generate-key':
      return [
        `label       ${escapeForeign(operation.label)}`,
        `id          ${operation.id}`,
        `algorithm   ${operation.algorithm}`,
        `private     ${flags(operation.privateTemplate)}`,
        `public      ${flags(operation.publicTemplate)}`,
        `possession  ${operation.possession ? 'one signature over quorate/pop/1' : 'by the self-signed certificate that follows'}`,
      ];
    case 'sign':
      return [
        `key         ${operation.key}`,
        `mechanism   ${operation.mechanism}`,
        `file        ${operation.out}, ${operation.payload.size} bytes to be signed`,
        '',
        ...renderDocument(payload as Uint8Array),
        '',
      ];
    case 'inventory':
      return [];
  }
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
    `afterwards  the HSM STAYS UNLOCKED for at most ${Math.ceil(seconds / 60)} minutes and ${operations} operations in all`,
  ];
}

function digestLines(descriptor: Descriptor): string[] {
  const [first, ...others] = hexGroups(descriptor.digest);
  const rows = wordRows(descriptor.digest).map((row) => `            ${row.number}  ${row.words.join('  ')}`);
  return [`digest      ${first}`, ...others.map((line) => `            ${line}`), ...rows];
}
