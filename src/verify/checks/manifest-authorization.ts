import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const manifestAuthorization = defineCheck({
  id: 'MANIFEST-AUTHORIZATION',
  title: 'the manifest names the authorization in the pack',
  needs: ['manifest', 'authorization'],
  run({ manifest, authorization }, { report }) {
    if (manifest.authorization !== authorization.digest) {
      report(
        PATH.manifest,
        `"authorization" is ${manifest.authorization}; authorization.json has ${authorization.digest}`,
      );
    }
  },
});
