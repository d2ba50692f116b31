import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const authorizationSite = defineCheck({
  id: 'AUTHORIZATION-SITE',
  title: 'the site binding is the authorized one',
  needs: ['authorization'],
  run({ authorization }, { pack, report }) {
    const digest = pack.digest(PATH.site);
    if (digest !== undefined && digest !== authorization.site) {
      report(PATH.site, `SHA-256 is ${digest}; the authorization names ${authorization.site}`);
    }
  },
});
