/**
 * The calls that a token process announces to its starter before it makes them: what a process that dies in one of
 * them has done is not known. True: the call may leave something on the token, or a signature; false: it may cost a
 * PIN try and nothing else.
 */
export const ANNOUNCED = {
  C_Login: false,
  C_InitToken: true,
  C_InitPIN: true,
  C_SetPIN: true,
  C_GenerateKeyPair: true,
  C_Sign: true,
  C_CreateObject: true,
  C_WrapKey: true,
  C_UnwrapKey: true,
  C_DestroyObject: true,
} as const;

export type AnnouncedCall = keyof typeof ANNOUNCED;

/**
 * Tells the starter that a function of the module is about to be called; resolves when that cannot be lost any more.
 * @throws Error when there is nobody left to tell: the call is not made then
 */
export type Announce = (call: AnnouncedCall) => Promise<void>;

/** Whether a call that was announced may have had an effect that lasts. */
export function mayLast(call: string): boolean {
  return Object.hasOwn(ANNOUNCED, call) && ANNOUNCED[call as AnnouncedCall];
}
