/*
 * A PKCS#11 module in front of another one, for tests: passes everything on, counts the calls that matter in a file,
 * and does on demand what SoftHSM never does. FAULT_MODULE is the module behind; FAULT_LOG the file;
 * FAULT_LOCK_AFTER how many wrong PINs lock it (0: never); FAULT_SIGN what C_Sign does: "hang", "abort", or a CK_RV;
 * FAULT_ECDSA_SHA "1" adds CKM_ECDSA_SHA256, which SoftHSM lacks; FAULT_STALE "1" shows a token as blank after
 * C_InitToken until C_Finalize.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CK_PTR *
#define CK_DECLARE_FUNCTION(returnType, name) returnType name
#define CK_DECLARE_FUNCTION_POINTER(returnType, name) returnType(*name)
#define CK_CALLBACK_FUNCTION(returnType, name) returnType(*name)
#ifndef NULL_PTR
#define NULL_PTR 0
#endif
#include <pkcs11/pkcs11.h>

static CK_FUNCTION_LIST ours;
static CK_FUNCTION_LIST_PTR real;
static long wrong_pins;
static int stale;

static void note(const char *call, const char *what, CK_RV rv) {
  FILE *log = fopen(getenv("FAULT_LOG"), "a");
  if (!log) abort();
  fprintf(log, "%s%s rv=%lu\n", call, what, rv);
  fclose(log);
}

static void describe(char *text, size_t size, const char *name, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  if (pin) snprintf(text, size, "%s=%lu", name, length);
  else snprintf(text, size, "%s=null", name);
}

CK_RV C_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  const long most = atol(getenv("FAULT_LOCK_AFTER"));
  CK_RV rv = most && wrong_pins >= most ? CKR_PIN_LOCKED : real->C_Login(session, user, pin, length);
  if (rv == CKR_PIN_INCORRECT) wrong_pins++;
  char given[40], what[80];
  describe(given, sizeof given, "pin", pin, length);
  snprintf(what, sizeof what, " user=%lu %s", user, given);
  note("C_Login", what, rv);
  return rv;
}

CK_RV C_InitToken(CK_SLOT_ID slot, CK_UTF8CHAR_PTR pin, CK_ULONG length, CK_UTF8CHAR_PTR label) {
  char what[80];
  CK_RV rv = real->C_InitToken(slot, pin, length, label);
  snprintf(what, sizeof what, " label=\"%.32s\"", label);
  note("C_InitToken", what, rv);
  stale = rv == CKR_OK && !strcmp(getenv("FAULT_STALE"), "1");
  return rv;
}

CK_RV C_InitPIN(CK_SESSION_HANDLE session, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  return real->C_InitPIN(session, pin, length);
}

CK_RV C_SetPIN(CK_SESSION_HANDLE session, CK_UTF8CHAR_PTR old, CK_ULONG oldLength, CK_UTF8CHAR_PTR new, CK_ULONG newLength) {
  CK_RV rv = real->C_SetPIN(session, old, oldLength, new, newLength);
  note("C_SetPIN", old ? "" : " old=null", rv);
  return rv;
}

static CK_RV logout(CK_SESSION_HANDLE session) {
  CK_RV rv = real->C_Logout(session);
  note("C_Logout", "", rv);
  return rv;
}

static CK_RV token_info(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info) {
  CK_RV rv = real->C_GetTokenInfo(slot, info);
  if (rv == CKR_OK && stale) {
    memset(info->serialNumber, ' ', sizeof info->serialNumber);
    info->flags &= ~CKF_TOKEN_INITIALIZED;
  }
  return rv;
}

static CK_RV finalize(CK_VOID_PTR reserved) {
  stale = 0;
  CK_RV rv = real->C_Finalize(reserved);
  note("C_Finalize", "", rv);
  return rv;
}

static CK_RV destroy_object(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) {
  CK_RV rv = real->C_DestroyObject(session, object);
  note("C_DestroyObject", "", rv);
  return rv;
}

static int hashes(void) { return !strcmp(getenv("FAULT_ECDSA_SHA"), "1"); }

static CK_RV mechanisms(CK_SLOT_ID slot, CK_MECHANISM_TYPE_PTR list, CK_ULONG_PTR count) {
  CK_RV rv = real->C_GetMechanismList(slot, list, count);
  if (rv != CKR_OK || !hashes()) return rv;
  if (list) list[*count] = CKM_ECDSA_SHA256; /* the caller was told of one more */
  ++*count;
  return CKR_OK;
}

static CK_OBJECT_HANDLE hashing_key;

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  hashing_key = hashes() && mechanism->mechanism == CKM_ECDSA_SHA256 ? key : CK_INVALID_HANDLE;
  return hashing_key ? CKR_OK : real->C_SignInit(session, mechanism, key);
}

static CK_RV hash_and_sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length, CK_BYTE_PTR signature, CK_ULONG_PTR signatureLength) {
  CK_MECHANISM sha256 = {CKM_SHA256, 0, 0}, ecdsa = {CKM_ECDSA, 0, 0};
  CK_BYTE digest[32];
  CK_ULONG size = sizeof digest;
  CK_RV rv = real->C_DigestInit(session, &sha256);
  if (rv == CKR_OK) rv = real->C_Digest(session, data, length, digest, &size);
  if (rv == CKR_OK) rv = real->C_SignInit(session, &ecdsa, hashing_key);
  note("C_Sign", " hashed by the module", rv);
  return rv == CKR_OK ? real->C_Sign(session, digest, size, signature, signatureLength) : rv;
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length, CK_BYTE_PTR signature, CK_ULONG_PTR signatureLength) {
  const char *fault = getenv("FAULT_SIGN");
  if (hashing_key) return hash_and_sign(session, data, length, signature, signatureLength);
  note("C_Sign", "", 0);
  if (!strcmp(fault, "abort")) abort();
  while (!strcmp(fault, "hang")) pause();
  if (*fault) return strtoul(fault, 0, 0);
  return real->C_Sign(session, data, length, signature, signatureLength);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  void *module = dlopen(getenv("FAULT_MODULE"), RTLD_NOW | RTLD_LOCAL);
  if (!module) return CKR_GENERAL_ERROR;
  CK_C_GetFunctionList get = (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList");
  CK_RV rv = get ? get(&real) : CKR_GENERAL_ERROR;
  if (rv != CKR_OK) return rv;
  ours = *real;
  ours.C_Login = C_Login;
  ours.C_InitToken = C_InitToken;
  ours.C_InitPIN = C_InitPIN;
  ours.C_SetPIN = C_SetPIN;
  ours.C_GetTokenInfo = token_info;
  ours.C_Logout = logout;
  ours.C_Finalize = finalize;
  ours.C_DestroyObject = destroy_object;
  ours.C_SignInit = sign_init;
  ours.C_Sign = sign;
  ours.C_GetMechanismList = mechanisms;
  *list = &ours;
  return CKR_OK;
}
