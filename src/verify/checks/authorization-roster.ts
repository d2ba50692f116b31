import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const authorizationRoster = defineCheck({
  id: 'AUTHORIZATION-ROSTER',
  title: 'the roster is the authorized one',
  needs: ['authorization'],
  run({ authorization }, { pack, report }) {
    const digest = pack.digest(PATH.roster);
    if (digest !== undefined && digest !== authorization.roster) {
      report(PATH.roster, `SHA-256 is ${digest}; the authorization names ${authorization.roster}`);
    }
  },
});
