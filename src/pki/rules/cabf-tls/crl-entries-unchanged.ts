import type { RevokedEntry } from '../../../x509/model.ts';
import { beginsWith } from '../../../x509/revoked-entries.ts';
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
  check: ({ crl }, { previous }) =>
    previous === undefined || beginsWith(crl.revoked, previous.revoked)
      ? []
      : faultyEntries(crl, (entry) => {
          const before = previous.revoked.find(entry.serial);
          const [was, is] = [before && said(before), said(entry)];
          return was === undefined || was === is ? undefined : `was "${was}" in the CRL before, and is "${is}"`;
        }),
});

function said({ at, extensions }: RevokedEntry): string {
  return `${at.at}, ${entryValues(extensions).reason ?? 'no reason'}`;
}
