import { defineRule } from '../../rule.ts';

export const crlThisUpdatePast = defineRule({
  id: 'cabf-tls/crl-this-update-past',
  title: 'thisUpdate, the issue date, is not after the signing',
  clause: 'TLS BR §7.2',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl: { thisUpdate } }, { plannedAt }) =>
    thisUpdate.at <= plannedAt
      ? []
      : [`thisUpdate is ${thisUpdate.at}, expected at most ${plannedAt}, when it is signed`],
});
