import { escapeForeign } from '../../../base/text.ts';
import { defineRule } from '../../rule.ts';

export const urlsAbsolute = defineRule({
  id: 'rfc5280/urls-absolute',
  title: 'the URLs of distribution points and of authorityInfoAccess are absolute',
  clause: 'RFC 5280 §4.2.1.6, §4.2.1.13, §4.2.2.1',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ crlDistributionPoints, authorityInfoAccess }) =>
    crlDistributionPoints !== undefined || authorityInfoAccess !== undefined,
  check: ({ crlDistributionPoints = [], authorityInfoAccess = [] }) =>
    [
      ...crlDistributionPoints.flatMap(({ fullName = [] }) => fullName),
      ...authorityInfoAccess.map(({ location }) => location),
    ]
      .filter(({ kind, value }) => kind === 'uniformResourceIdentifier' && !URL.canParse(value))
      .map(({ value }) => `"${escapeForeign(value)}" is no absolute URL`),
});
