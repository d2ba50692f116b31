/** By CK_TOKEN_INFO's words, which every module pads and some write in upper case: compared trimmed, in lower case. */
const SOFTWARE: readonly { readonly manufacturer?: RegExp; readonly model?: RegExp }[] = [
  { manufacturer: /^softhsm/ },
  { model: /^softhsm/ },
  // NSS's own: "Mozilla Foundation", "NSS 3".
  { manufacturer: /^mozilla/ },
  // opencryptoki's software token.
  { manufacturer: /^ibm$/, model: /^soft$/ },
  // A TPM simulator behind tpm2-pkcs11: "SW   TPM".
  { model: /^sw\s+tpm/ },
  { manufacturer: /^(?:pkcs#11 kit|gnome keyring|kryoptic)/ },
];

/**
 * Whether a token says of itself that it is a program: its keys are files of this computer, and whoever copies them
 * has them. A list of those that are known; that a token is not on it proves nothing.
 */
export function isSoftwareToken(token: { readonly manufacturer: string; readonly model: string }): boolean {
  const manufacturer = token.manufacturer.trim().toLowerCase();
  const model = token.model.trim().toLowerCase();
  return SOFTWARE.some(
    (known) => (known.manufacturer?.test(manufacturer) ?? true) && (known.model?.test(model) ?? true),
  );
}
