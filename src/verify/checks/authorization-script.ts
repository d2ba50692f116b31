import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const authorizationScript = defineCheck({
  id: 'AUTHORIZATION-SCRIPT',
  title: 'the script is the authorized one',
  needs: ['authorization'],
  run({ authorization }, { pack, report }) {
    const digest = pack.digest(PATH.script);
    if (digest !== undefined && digest !== authorization.script) {
      report(PATH.script, `SHA-256 is ${digest}; the authorization names ${authorization.script}`);
    }
  },
});
