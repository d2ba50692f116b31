import { PATH } from '../../pack/layout.ts';
import { isFounding } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';

export const authorizationRoster = defineCheck({
  id: 'AUTHORIZATION-ROSTER',
  title: 'the roster is the authorized one; a first enrolment, which makes it, is authorized without',
  needs: ['authorization'],
  run({ authorization }, { pack, report }) {
    const digest = pack.digest(PATH.roster);
    if (isFounding(authorization)) return;
    if (digest !== undefined && digest !== authorization.roster) {
      report(PATH.roster, `SHA-256 is ${digest}; the authorization names ${authorization.roster}`);
    }
  },
});
