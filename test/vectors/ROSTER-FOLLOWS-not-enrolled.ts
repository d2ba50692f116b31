import { PATH } from '../../src/pack/layout.ts';
import { altering } from '../forge/altering.ts';
import { MODEL, makeToken } from '../forge/stage.ts';
import { defineVector } from '../forge/vector.ts';

const mallory = makeToken('mallory', 'token-mallory');
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

export const vector = defineVector({
  check: 'ROSTER-FOLLOWS',
  title: 'the roster that took the place of another has the keys of somebody else in the place of those that were enrolled',
  faults: {
    record: { changing: true },
    recorded: altering(PATH.nextRoster, (roster, files) => {
      const frank = roster.members.find(({ seat }: { seat: string }) => seat === 'frank');
      frank.tokens[0] = {
        ...{ model: MODEL, origin: 'generated-here', serial: frank.tokens[0].serial },
        ...{ signing: base64(mallory.signing), encryption: base64(mallory.encryption) },
      };
      files.set('roster/next/frank.pem', pem(mallory.signing));
    }),
    sign: (path, content, { signWith }) => (/frank/.test(path) && !/new-token/.test(path) ? signWith(mallory, content) : undefined),
  },
  where: PATH.nextRoster,
});

function pem(der: Uint8Array): Uint8Array {
  const lines = base64(der).match(/.{1,64}/g) ?? [];
  return Buffer.from(`-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`);
}
