import { defineRule } from '../../rule.ts';

export const crlThisUpdatePast = defineRule({
  id: 'cabf-tls/crl-this-update-past',
  title: 'thisUpdate, the issue date, is not after the signing',
  clause: 'TLS BR 2.2.6 §7.2',
  severity: 'error',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  check: ({ crl: { thisUpdate } }, { plannedAt }) =>
    thisUpdate.at <= plannedAt
      ? []
      : [`thisUpdate is ${thisUpdate.at}, expected at most ${plannedAt}, when it is signed`],
});
