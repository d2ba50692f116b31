import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { hasPurpose, ofSubordinate } from '../../rule-scope.ts';

/** Without it the intermediate is one like others, and is disclosed and audited like them. */
export const intermediateEmailConstrained = defineRule({
  id: 'mozilla/intermediate-email-constrained',
  title: 'an intermediate for e-mail with nameConstraints permits mailboxes, and so is technically constrained',
  clause: 'MRSP 3.1 §5.3.1',
  severity: 'notice',
  appliesTo: 'certificate',
  when: (subject, context) =>
    ofSubordinate(subject, context) &&
    subject.nameConstraints !== undefined &&
    hasPurpose(OID.emailProtection)(subject, context),
  check: ({ nameConstraints }) =>
    nameConstraints?.permitted?.some(({ base }) => base.kind === 'rfc822Name')
      ? []
      : ['no rfc822Name is among the permitted subtrees'],
});
