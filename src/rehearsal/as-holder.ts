import { CeremonyError } from '../base/errors.ts';
import { signAsMember } from '../quorum/member-signature.ts';
import type { TokenProcess } from '../token/client.ts';
import type { Enrolled } from './enrol.ts';

/**
 * Logs a member in to their token, and out again.
 * @param sign makes a detached CMS signature, DER, over the whole of a content
 * @throws CeremonyError REHEARSAL_SETUP
 */
export async function asHolder(
  client: TokenProcess,
  { serial, pin, signing, person }: Enrolled,
  use: (sign: (content: Uint8Array) => Promise<Uint8Array>) => Promise<void>,
): Promise<void> {
  try {
    await client.login({ serial }, 'user', Buffer.from(pin));
    await use((content) =>
      signAsMember(content, signing.certificate, (mechanism, bytes) =>
        client.sign({ serial }, signing.spki, mechanism, bytes, pin),
      ),
    );
    await client.logout({ serial });
  } catch (cause) {
    throw new CeremonyError('REHEARSAL_SETUP', `"${person.seat}" could not sign with their token`, { cause });
  }
}
