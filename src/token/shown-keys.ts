import { ObjectClass, SessionFlag, type Slot } from 'graphene-pk11';
import { cryptoki, onTheWayOut } from './cryptoki-errors.ts';
import { soundPublicKeyOf } from './object-keys.ts';
import { findObjects } from './objects.ts';

/**
 * The public keys that a token shows to whoever asks, as the SHA-256 of each SubjectPublicKeyInfo, sorted: of its public
 * keys, and of its certificates, which are all that some cards show (PIV). Where somebody is logged in it may be more.
 * @param where for errors
 */
export function shownKeys(slot: Slot, where: string): string[] {
  const session = cryptoki('C_OpenSession', where, () => slot.open(SessionFlag.SERIAL_SESSION));
  try {
    const keys = [ObjectClass.PUBLIC_KEY, ObjectClass.CERTIFICATE].flatMap((objectClass) =>
      findObjects(session, { class: objectClass }, where).flatMap(
        (object) => soundPublicKeyOf(object, objectClass, where)?.spkiSha256 ?? [],
      ),
    );
    return [...new Set(keys)].sort();
  } finally {
    onTheWayOut(() => cryptoki('C_CloseSession', where, () => session.close()));
  }
}
