import { KeyGenMechanism, Module, NamedCurve, SessionFlag, UserType } from 'graphene-pk11';
import { softHsmLibrary } from '../../../src/rehearsal/soft-hsm.ts';

/*
 * So many P-384 signatures of SoftHSM, one C_SignInit and C_Sign after the other: what nobody who uses it can be faster than.
 * SOFTHSM2_CONF names a store whose first token is initialised; prints the milliseconds. @param argv how many, and the PIN
 */
const [, , count = '', pin = ''] = process.argv;
const module = Module.load(softHsmLibrary(), 'SoftHSM');
module.initialize();
try {
  const session = module.getSlots(0, true).open(SessionFlag.SERIAL_SESSION | SessionFlag.RW_SESSION);
  session.login(pin, UserType.USER);
  const keys = session.generateKeyPair(
    KeyGenMechanism.EC,
    { token: true, verify: true, paramsECDSA: NamedCurve.getByName('secp384r1').value },
    { token: true, private: true, sensitive: true, sign: true },
  );
  const payload = Buffer.alloc(48, 7);
  const before = performance.now();
  for (let made = 0; made < Number(count); made++)
    session.createSign({ name: 'ECDSA', params: null }, keys.privateKey).once(payload);
  const after = performance.now();
  console.log(after - before);
} finally {
  module.finalize();
  module.close();
}
