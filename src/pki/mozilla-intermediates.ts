import { sameBytes } from '../der/reader.ts';
import { existingOf, ofSubordinate, type Scope } from './rule-scope.ts';

/** Of MRSP §5.3, which leaves out cross-certificates that share their key with a root. */
export const ofIntermediate: Scope = (subject, context) => {
  if (!ofSubordinate(subject, context)) return false;
  if (context.kind !== 'cross-certificate') return true;
  const { issuer, subject: name } = existingOf(subject, context).certificate;
  return !sameBytes(issuer.der, name.der);
};
