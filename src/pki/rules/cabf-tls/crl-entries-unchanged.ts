import { faultyEntries } from '../../crl-entries.ts';
import { entryValues } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlEntriesUnchanged = defineRule({
  id: 'cabf-tls/crl-entries-unchanged',
  title: 'dates and reasons of the CRL before are unchanged',
  clause: 'TLS BR 2.2.6 §7.2.2 (note on the revocation date)',
  severity: 'warning',
  effective: { from: '2024-03-15' },
  appliesTo: 'crl',
  when: ({ crl }, { previous }) => previous !== undefined && previous.revoked.count > 0 && crl.revoked.count > 0,
  check: ({ crl }, { previous }) => {
    const before = new Map<string, string>();
    for (const { serial, at, extensions } of previous?.revoked ?? []) {
      before.set(serial, `${at.at}, ${entryValues(extensions).reason ?? 'no reason'}`);
    }
    return faultyEntries(crl, ({ serial, at, extensions }) => {
      const [was, is] = [before.get(serial), `${at.at}, ${entryValues(extensions).reason ?? 'no reason'}`];
      return was === undefined || was === is ? undefined : `was "${was}" in the CRL before, and is "${is}"`;
    });
  },
});
