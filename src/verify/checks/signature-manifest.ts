import { PATH } from '../../pack/layout.ts';
import { memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { signatureFault, signaturesIn } from '../signatures-in.ts';

export const signatureManifest = defineCheck({
  id: 'SIGNATURE-MANIFEST',
  title: 'every signature over the manifest verifies',
  needs: ['rosterAtEnd'],
  run({ rosterAtEnd: roster }, { pack, report }) {
    const content = pack.file(PATH.manifest);
    if (!content) return;
    for (const { seat, path, signature } of signaturesIn(pack, 'signatures')) {
      const member = memberOf(roster, seat);
      const fault = member && member.tokens.length > 0 ? signatureFault(member, signature, content) : undefined;
      if (fault) report(path, fault);
    }
  },
});
