import { defineRule } from '../../rule.ts';

export const crlNextUpdatePresent = defineRule({
  id: 'rfc5280/crl-next-update-present',
  title: 'nextUpdate is present',
  clause: 'RFC 5280 §5.1.2.5',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl }) => (crl.nextUpdate === undefined ? ['nextUpdate is absent'] : []),
});
