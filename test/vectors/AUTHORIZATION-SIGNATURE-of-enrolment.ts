import { PATH } from '../../src/pack/layout.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'AUTHORIZATION-SIGNATURE',
  title: 'a member signed the authorization of the ceremony that made them one',
  faults: {
    record: { founding: true },
    before: (files) => void files.set('authorization/authority-1.p7s', files.get(PATH.authorization) as Uint8Array),
  },
});
