import { pemOf } from '../../pki/pem.ts';
import { rosterCertificatePath } from '../../quorum/roster-files.ts';
import { defineCheck } from '../check.ts';

export const rosterPem = defineCheck({
  id: 'ROSTER-PEM',
  title: 'the PEM files beside the roster hold the certificates that it pins, one for each token',
  needs: ['roster'],
  run({ roster }, { pack, report }) {
    const expected = new Map(
      roster.members.flatMap((member) =>
        member.tokens.map(
          (token, index) => [rosterCertificatePath(member.seat, index), pemOf('CERTIFICATE', token.signing)] as const,
        ),
      ),
    );
    for (const [path, pem] of expected) {
      const bytes = pack.file(path);
      if (!bytes) report(path, "the pack lacks the PEM of this member's certificate");
      else if (Buffer.compare(bytes, Buffer.from(pem)) !== 0)
        report(path, 'is not the PEM of the certificate that the roster pins');
    }
    for (const path of pack.paths) {
      if (/^roster\/.*\.pem$/.test(path) && !expected.has(path)) report(path, 'belongs to no token of the roster');
    }
  },
});
