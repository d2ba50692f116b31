import { CeremonyError } from '../base/errors.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { verifyAsMember } from '../quorum/member-signature.ts';
import type { Member } from '../quorum/roster.ts';

export interface SeatSignature {
  readonly seat: string;
  readonly path: string;
  readonly signature: Uint8Array;
}

/** The `<seat>.p7s` files of a folder of the pack. */
export function signaturesIn(
  pack: Pack,
  folder: 'authorization' | 'roster' | 'roster/change' | 'roster/next' | 'signatures',
): readonly SeatSignature[] {
  return pack.paths.flatMap((path) => {
    const match = /^([a-z]+(?:\/[a-z]+)?)\/([a-z][a-z0-9-]*)\.p7s$/.exec(path);
    const signature = match?.[1] === folder ? pack.file(path) : undefined;
    return match && signature ? [{ seat: match[2] as string, path, signature }] : [];
  });
}

/** Why a signature is not the member's, or undefined. */
export function signatureFault(member: Member, signature: Uint8Array, content: Uint8Array): string | undefined {
  try {
    verifyAsMember(
      signature,
      content,
      member.tokens.map((token) => token.signing),
    );
    return undefined;
  } catch (error) {
    if (error instanceof CeremonyError) return error.message;
    throw error;
  }
}

export function isSignedBy(member: Member, signature: Uint8Array, content: Uint8Array): boolean {
  return signatureFault(member, signature, content) === undefined;
}
