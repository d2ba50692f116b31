import { pemOf } from '../../pki/pem.ts';
import type { Roster } from '../../quorum/roster.ts';
import { nextRosterCertificatePath, rosterCertificatePath } from '../../quorum/roster-files.ts';
import { defineCheck } from '../check.ts';

export const rosterPem = defineCheck({
  id: 'ROSTER-PEM',
  title: 'the PEM files beside the roster hold the certificates that it pins, one for each token',
  needs: ['roster', 'changed'],
  run({ roster, changed }, { pack, report }) {
    const pems = ({ members }: Roster, pathOf: (seat: string, index: number) => string) =>
      members.flatMap(({ seat, tokens }) =>
        tokens.map((token, index) => [pathOf(seat, index), pemOf('CERTIFICATE', token.signing)] as const),
      );
    const expected = new Map([
      ...pems(roster, rosterCertificatePath),
      ...(changed ? pems(changed.after, nextRosterCertificatePath) : []),
    ]);
    for (const [path, pem] of expected) {
      const bytes = pack.file(path);
      if (!bytes) report(path, "the pack lacks the PEM of this member's certificate");
      else if (Buffer.compare(bytes, Buffer.from(pem)) !== 0)
        report(path, 'is not the PEM of the certificate that the roster pins');
    }
    for (const path of pack.paths) {
      // What was written of a change that never took effect belongs to none.
      const isUnused = changed === null && path.startsWith('roster/next/');
      if (/^roster\/.*\.pem$/.test(path) && !isUnused && !expected.has(path))
        report(path, 'belongs to no token of the roster');
    }
  },
});
