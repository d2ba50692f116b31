/*
 * A PKCS#11 module in front of another one, for rehearsals and tests: it counts every call, writes each into a log, and
 * does on demand what SoftHSM never does. It is never in front of a real HSM. FAULT_MODULE is the module behind;
 * FAULT_FOLDER a folder with
 *   control  what to do, read again at each call; one line each, written by personalities.ts or by a test
 *   counts   COUNTERS numbers of 8 bytes that all processes share: they survive the death of one
 *   log      "> C_Sign" when a call is entered, "C_Sign rv=0" when it has returned
 *
 * Lines of `control`; SERIAL and FUNCTION may be "*", WHEN is "*", "7" (that call of the function, counted from the
 * first one ever; of all calls for FUNCTION "*") or "7+" (that and all later ones):
 *   call FUNCTION WHEN SERIAL before|after ACTION   ACTION: return CKR | abort | segv | hang SECONDS | pause FILE | remove
 *   token SERIAL removed | serial TEXT | label TEXT | model TEXT | manufacturer TEXT | flags NUMBER   what C_GetTokenInfo says; flags are added
 *   lock-after N   after so many wrong PINs C_Login returns CKR_PIN_LOCKED, untried
 *   erase-after N SO-PIN   says so before the last try, and initialises the token anew after so many refused logins
 *   device-pins USER SO    the device asks for PINs itself: NULL stands for these, and a PIN from the computer is wrong
 *   blind          shows no object without a login
 *   pin-form N     a PIN of C_Login that does not begin with four hexadecimal digits, N bytes or more after them, is refused
 *   frozen         shows no object that another process made since this one's C_Initialize
 *   key-store FOLDER   keys are files of the host: each object file that SoftHSM has written there is copied into key-files
 *   needs-card     makes no key pair, and returns 0x800000E0, while there is a file card-out in the folder
 *   makes TYPE HEX a key pair with this value of a public attribute (its number), whatever was asked for
 *   hide TYPE      an attribute (its number) that no object reports: CKR_ATTRIBUTE_TYPE_INVALID
 *   ecdsa-sha      adds CKM_ECDSA_SHA256, which SoftHSM lacks
 *   prints         prints at every call, on standard output and standard error
 *   stale          shows a token as blank after C_InitToken until C_Finalize
 * `pause FILE` makes FILE.held and waits until FILE exists; `remove` takes all tokens away until counts[REMOVED] is 0.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CK_PTR *
#define CK_DECLARE_FUNCTION(returnType, name) returnType name
#define CK_DECLARE_FUNCTION_POINTER(returnType, name) returnType(*name)
#define CK_CALLBACK_FUNCTION(returnType, name) returnType(*name)
#ifndef NULL_PTR
#define NULL_PTR 0
#endif
#include <pkcs11/pkcs11.h>

enum {
#define CK_PKCS11_FUNCTION_INFO(name) F_##name,
#include <pkcs11/pkcs11f.h>
#undef CK_PKCS11_FUNCTION_INFO
  FUNCTIONS,
  ALL = FUNCTIONS,
  REMOVED,
  WRONG_PINS,
  COUNTERS
};

static const char *const names[] = {
#define CK_PKCS11_FUNCTION_INFO(name) #name,
#include <pkcs11/pkcs11f.h>
#undef CK_PKCS11_FUNCTION_INFO
};

/* Every PKCS#11 function takes at most eight integers or pointers: one signature fits all, on x86-64 and arm64. */
typedef CK_ULONG W;
typedef CK_RV (*Function)(W, W, W, W, W, W, W, W);

static CK_FUNCTION_LIST ours;
static CK_FUNCTION_LIST_PTR real;
static Function behind[FUNCTIONS];
static unsigned long *counts;
static int stale, hashes;

static void path_of(char *path, size_t size, const char *name) {
  snprintf(path, size, "%s/%s", getenv("FAULT_FOLDER"), name);
}

static void append(const char *name, const char *line) {
  char path[4096];
  path_of(path, sizeof path, name);
  int file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0600);
  if (file < 0 || write(file, line, strlen(line)) < 0) abort();
  close(file);
}

static void note(const char *line) { append("log", line); }

/* --- the control file --- */

typedef struct {
  char function[64], when[24], serial[80], phase[8], action[16], argument[1024];
} Rule;

/* Calls `use` for each line until it returns non-zero. */
static int each_line(int (*use)(const char *line, void *with), void *with) {
  char path[4096], line[2048];
  path_of(path, sizeof path, "control");
  FILE *control = fopen(path, "r");
  int result = 0;
  while (control && !result && fgets(line, sizeof line, control)) {
    line[strcspn(line, "\n")] = 0;
    result = use(line, with);
  }
  if (control) fclose(control);
  return result;
}

static void trimmed(char *text, const CK_UTF8CHAR *padded, size_t size) {
  memcpy(text, padded, size);
  text[size] = 0;
  for (size_t end = size; end > 0 && text[end - 1] == ' '; end--) text[end - 1] = 0;
}

static void serial_in(char *serial, CK_SLOT_ID slot) {
  CK_TOKEN_INFO info;
  serial[0] = 0;
  if (real->C_GetTokenInfo(slot, &info) == CKR_OK) trimmed(serial, info.serialNumber, sizeof info.serialNumber);
}

/* Which token a call is about: 0 none, 1 the slot, 2 the session. */
static int place_of(int f) {
  switch (f) {
    case F_C_Initialize: case F_C_Finalize: case F_C_GetInfo: case F_C_GetFunctionList: case F_C_GetSlotList:
    case F_C_WaitForSlotEvent:
      return 0;
    case F_C_GetSlotInfo: case F_C_GetTokenInfo: case F_C_GetMechanismList: case F_C_GetMechanismInfo:
    case F_C_InitToken: case F_C_OpenSession: case F_C_CloseAllSessions:
      return 1;
    default:
      return 2;
  }
}

static void serial_of_call(char *serial, int f, W first) {
  CK_SESSION_INFO info;
  serial[0] = 0;
  if (place_of(f) == 1) serial_in(serial, first);
  if (place_of(f) == 2 && real->C_GetSessionInfo(first, &info) == CKR_OK) serial_in(serial, info.slotID);
}

static int is(const char *pattern, const char *text) { return !strcmp(pattern, "*") || !strcmp(pattern, text); }

typedef struct { const char *serial; } Removal;

static int names_removed(const char *line, void *with) {
  char serial[80], what[16];
  return sscanf(line, "token %79s %15s", serial, what) == 2 && !strcmp(what, "removed") &&
         is(serial, ((Removal *)with)->serial);
}

static int is_removed(const char *serial) {
  Removal removal = {serial};
  return counts[REMOVED] || each_line(names_removed, &removal);
}

static int is_word(const char *line, void *with) { return !strcmp(line, with); }
static int is_set(const char *word) { return each_line(is_word, (void *)word); }

static int lock_limit(const char *line, void *with) { return sscanf(line, "lock-after %ld", (long *)with) == 1; }
static int pin_form(const char *line, void *with) { return sscanf(line, "pin-form %ld", (long *)with) == 1; }

typedef struct { char user[260], so[260]; } Pins;

static int device_pins(const char *line, void *with) {
  Pins *pins = with;
  return sscanf(line, "device-pins %255s %255s", pins->user, pins->so) == 2;
}

typedef struct { long most; char so[260]; } Erasure;

static int erasure(const char *line, void *with) {
  Erasure *one = with;
  return sscanf(line, "erase-after %ld %255s", &one->most, one->so) == 2;
}

typedef struct {
  int f;
  unsigned long nth, nth_of_all;
  const char *serial, *phase;
  CK_RV rv;
} Moment;

static int is_now(const char *when, unsigned long nth) {
  char *rest;
  if (!strcmp(when, "*")) return 1;
  unsigned long at = strtoul(when, &rest, 10);
  return *rest == '+' ? nth >= at : nth == at;
}

static void wait_for(const char *file) {
  char held[1100];
  snprintf(held, sizeof held, "%s.held", file);
  close(open(held, O_WRONLY | O_CREAT, 0600));
  while (access(file, F_OK)) usleep(2000);
}

/* Non-zero when the call is to return moment->rv. */
static int act(const char *line, void *with) {
  Moment *moment = with;
  Rule rule = {.argument = ""};
  if (sscanf(line, "call %63s %23s %79s %7s %15s %1023[^\n]", rule.function, rule.when, rule.serial, rule.phase,
             rule.action, rule.argument) < 5) return 0;
  if (strcmp(rule.phase, moment->phase) || !is(rule.function, names[moment->f]) || !is(rule.serial, moment->serial)) return 0;
  if (!is_now(rule.when, strcmp(rule.function, "*") ? moment->nth : moment->nth_of_all)) return 0;
  if (!strcmp(rule.action, "abort")) abort();
  if (!strcmp(rule.action, "segv")) raise(SIGSEGV);
  if (!strcmp(rule.action, "hang")) usleep((useconds_t)(atof(rule.argument) * 1e6));
  if (!strcmp(rule.action, "pause")) wait_for(rule.argument);
  if (!strcmp(rule.action, "remove")) counts[REMOVED] = 1;
  if (!strcmp(rule.action, "return")) {
    moment->rv = strtoul(rule.argument, 0, 0);
    return 1;
  }
  return 0;
}

/* --- what the module says differently --- */

static int edit_token(const char *line, void *with) {
  CK_TOKEN_INFO_PTR info = with;
  char serial[80], what[16], text[80] = "", own[17];
  if (sscanf(line, "token %79s %15s %79[^\n]", serial, what, text) < 2) return 0;
  trimmed(own, info->serialNumber, sizeof info->serialNumber);
  if (!is(serial, own)) return 0;
  CK_UTF8CHAR_PTR field = 0;
  size_t size = 16;
  if (!strcmp(what, "serial")) field = info->serialNumber;
  if (!strcmp(what, "model")) field = info->model;
  if (!strcmp(what, "label")) field = info->label, size = sizeof info->label;
  if (!strcmp(what, "manufacturer")) field = info->manufacturerID, size = sizeof info->manufacturerID;
  if (field) {
    memset(field, ' ', size);
    memcpy(field, text, strnlen(text, size));
  }
  if (!strcmp(what, "flags")) info->flags |= strtoul(text, 0, 0);
  return 0;
}

static CK_RV token_info(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info) {
  CK_RV rv = real->C_GetTokenInfo(slot, info);
  if (rv == CKR_OK && stale) {
    memset(info->serialNumber, ' ', sizeof info->serialNumber);
    info->flags &= ~CKF_TOKEN_INITIALIZED;
  }
  if (rv == CKR_OK) each_line(edit_token, info);
  Erasure erases = {0, ""};
  if (rv == CKR_OK && each_line(erasure, &erases)) {
    if (counts[WRONG_PINS] > 0) info->flags |= CKF_USER_PIN_COUNT_LOW;
    if (counts[WRONG_PINS] + 1 == (unsigned long)erases.most) info->flags |= CKF_USER_PIN_FINAL_TRY;
  }
  return rv;
}

/* The slots whose tokens are not removed. */
static CK_RV slot_list(CK_BBOOL present, CK_SLOT_ID_PTR list, CK_ULONG_PTR count) {
  CK_SLOT_ID all[256];
  CK_ULONG size = 256, left = 0;
  CK_RV rv = real->C_GetSlotList(present, 0, &size); /* SoftHSM looks at its tokens anew only when it is asked for the number */
  if (rv == CKR_OK) rv = real->C_GetSlotList(present, all, &size);
  if (rv != CKR_OK) return rv;
  for (CK_ULONG i = 0; i < size; i++) {
    char serial[17];
    serial_in(serial, all[i]);
    if (!is_removed(serial)) all[left++] = all[i];
  }
  if (list && *count < left) rv = CKR_BUFFER_TOO_SMALL;
  else if (list) memcpy(list, all, left * sizeof *list);
  *count = left;
  return rv;
}

static CK_RV mechanisms(CK_SLOT_ID slot, CK_MECHANISM_TYPE_PTR list, CK_ULONG_PTR count) {
  CK_RV rv = real->C_GetMechanismList(slot, list, count);
  if (rv != CKR_OK || !hashes) return rv;
  if (list) list[*count] = CKM_ECDSA_SHA256; /* the caller was told of one more */
  ++*count;
  return CKR_OK;
}

static CK_OBJECT_HANDLE hashing_key;

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  hashing_key = hashes && mechanism->mechanism == CKM_ECDSA_SHA256 ? key : CK_INVALID_HANDLE;
  return hashing_key ? CKR_OK : real->C_SignInit(session, mechanism, key);
}

static CK_RV hash_and_sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length, CK_BYTE_PTR signature, CK_ULONG_PTR signatureLength) {
  CK_MECHANISM sha256 = {CKM_SHA256, 0, 0}, ecdsa = {CKM_ECDSA, 0, 0};
  CK_BYTE digest[32];
  CK_ULONG size = sizeof digest;
  CK_RV rv = real->C_DigestInit(session, &sha256);
  if (rv == CKR_OK) rv = real->C_Digest(session, data, length, digest, &size);
  if (rv == CKR_OK) rv = real->C_SignInit(session, &ecdsa, hashing_key);
  return rv == CKR_OK ? real->C_Sign(session, digest, size, signature, signatureLength) : rv;
}

/* Four hexadecimal digits, and a password behind them. */
static int has_form(CK_UTF8CHAR_PTR pin, CK_ULONG length, long least) {
  for (int i = 0; i < 4; i++)
    if (length < 4 || !strchr("0123456789abcdefABCDEF", pin[i]) || !pin[i]) return 0;
  return length >= 4 + (CK_ULONG)least;
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  long most = 0, least = 0;
  Pins pins = {"", ""};
  each_line(lock_limit, &most);
  if (most && counts[WRONG_PINS] >= (unsigned long)most) return CKR_PIN_LOCKED;
  if (each_line(pin_form, &least) && (!pin || !has_form(pin, length, least))) return CKR_PIN_INCORRECT;
  if (!each_line(device_pins, &pins)) return real->C_Login(session, user, pin, length);
  if (pin || length) return CKR_PIN_INCORRECT;
  char *known = user == CKU_SO ? pins.so : pins.user;
  return real->C_Login(session, user, (CK_UTF8CHAR_PTR)known, strlen(known));
}

/* A refused login, whoever refused it. The last one that is allowed erases the token: its objects and its user. */
static void refused(CK_SESSION_HANDLE session) {
  counts[WRONG_PINS]++;
  Erasure erases = {0, ""};
  CK_SESSION_INFO at;
  CK_TOKEN_INFO token;
  if (!each_line(erasure, &erases) || counts[WRONG_PINS] < (unsigned long)erases.most) return;
  if (real->C_GetSessionInfo(session, &at) != CKR_OK || real->C_GetTokenInfo(at.slotID, &token) != CKR_OK) abort();
  real->C_CloseAllSessions(at.slotID);
  if (real->C_InitToken(at.slotID, (CK_UTF8CHAR_PTR)erases.so, strlen(erases.so), token.label) != CKR_OK) abort();
}

/* The PIN functions of a device that asks for PINs itself: what is chosen there is what was chosen before. */
static CK_RV set_at_device(int f, const W *a) {
  Pins pins = {"", ""};
  each_line(device_pins, &pins);
  if (f == F_C_SetPIN) return a[1] || a[3] ? CKR_ARGUMENTS_BAD : CKR_OK;
  if (a[1]) return CKR_ARGUMENTS_BAD;
  if (f == F_C_InitPIN) return real->C_InitPIN(a[0], (CK_UTF8CHAR_PTR)pins.user, strlen(pins.user));
  return real->C_InitToken(a[0], (CK_UTF8CHAR_PTR)pins.so, strlen(pins.so), (CK_UTF8CHAR_PTR)a[3]);
}

static int is_public(CK_SESSION_HANDLE session) {
  CK_SESSION_INFO info;
  return real->C_GetSessionInfo(session, &info) == CKR_OK &&
         (info.state == CKS_RO_PUBLIC_SESSION || info.state == CKS_RW_PUBLIC_SESSION);
}

/* --- keys that are files of the host --- */

/* Where the list of what was made ended when this process called C_Initialize. */
static long known;

static void remember_made(void) {
  struct stat made;
  char path[4096];
  path_of(path, sizeof path, "made");
  known = stat(path, &made) ? 0 : made.st_size;
}

/* "CLASS ID": an object, as every process knows it. */
static void identity(char *text, size_t size, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) {
  CK_OBJECT_CLASS class = 0;
  CK_BYTE id[64];
  CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &class, sizeof class}, {CKA_ID, id, sizeof id}};
  *text = 0;
  if (real->C_GetAttributeValue(session, object, wanted, 2) != CKR_OK || wanted[1].ulValueLen > sizeof id) return;
  int length = snprintf(text, size, "%lu ", class);
  for (CK_ULONG i = 0; i < wanted[1].ulValueLen; i++) length += snprintf(text + length, size - length, "%02x", id[i]);
}

static int is_hidden(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) {
  char own[200], path[4096], line[256], mine[32];
  path_of(path, sizeof path, "made");
  identity(own, sizeof own, session, object);
  snprintf(mine, sizeof mine, "%d ", getpid());
  FILE *made = fopen(path, "r");
  int hidden = 0;
  if (made && fseek(made, known, SEEK_SET)) abort();
  while (made && !hidden && fgets(line, sizeof line, made)) {
    line[strcspn(line, "\n")] = 0;
    hidden = strncmp(line, mine, strlen(mine)) && !strcmp(strchr(line, ' ') + 1, own);
  }
  if (made) fclose(made);
  return hidden;
}

static CK_RV find_objects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE_PTR list, CK_ULONG most, CK_ULONG_PTR count) {
  CK_ULONG found = 0, left = 0;
  do { /* none at all would end the caller's search */
    CK_RV rv = real->C_FindObjects(session, list, most, &found);
    if (rv != CKR_OK) return rv;
    for (CK_ULONG i = 0; i < found; i++)
      if (!is_set("frozen") || !is_hidden(session, list[i])) list[left++] = list[i];
  } while (found && !left);
  *count = left;
  return CKR_OK;
}

static int key_store(const char *line, void *with) { return sscanf(line, "key-store %4000[^\n]", (char *)with) == 1; }

static void copy_file(const char *from, const char *to) {
  char bytes[65536];
  int source = open(from, O_RDONLY), copy = open(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
  ssize_t size = source < 0 ? -1 : read(source, bytes, sizeof bytes);
  if (copy < 0 || size < 0 || size == sizeof bytes || write(copy, bytes, size) != size) abort();
  close(source);
  close(copy);
}

/* Under the names that an nShield gives the files of its keys. */
static void keep_key_files(const char *store) {
  char folder[3000], from[4400], to[4400];
  path_of(folder, sizeof folder, "key-files");
  DIR *objects = opendir(store);
  if (!objects) abort();
  for (struct dirent *entry; (entry = readdir(objects));) {
    const char *end = strrchr(entry->d_name, '.');
    if (!end || strcmp(end, ".object") || !strcmp(entry->d_name, "token.object")) continue;
    snprintf(from, sizeof from, "%s/%s", store, entry->d_name);
    snprintf(to, sizeof to, "%s/key_pkcs11_uc%.*s", folder, (int)(end - entry->d_name), entry->d_name);
    if (access(to, F_OK)) copy_file(from, to);
  }
  closedir(objects);
}

enum { MOST_ATTRIBUTES = 64, LONGEST_VALUE = 64 };

typedef struct {
  CK_ATTRIBUTE_TYPE type;
  CK_ULONG length;
  CK_BYTE value[LONGEST_VALUE];
} Made;

static int makes(const char *line, void *context) {
  Made *made = context;
  CK_ATTRIBUTE_TYPE type;
  int at;
  if (sscanf(line, "makes %li %n", (long *)&type, &at) != 1 || type != made->type) return 0;
  unsigned byte;
  for (made->length = 0; made->length < LONGEST_VALUE && sscanf(line + at, "%2x", &byte) == 1; at += 2)
    made->value[made->length++] = (CK_BYTE)byte;
  return 1;
}

static CK_RV generate_key_pair(const W *a) {
  char path[4096], store[4096], object[200], line[256];
  path_of(path, sizeof path, "card-out");
  if (is_set("needs-card") && !access(path, F_OK)) return 0x800000E0;
  CK_ATTRIBUTE asked[MOST_ATTRIBUTES];
  CK_BYTE values[MOST_ATTRIBUTES][LONGEST_VALUE];
  CK_ULONG count = a[3];
  if (count > MOST_ATTRIBUTES) return CKR_ARGUMENTS_BAD;
  memcpy(asked, (CK_ATTRIBUTE_PTR)a[2], count * sizeof *asked);
  for (CK_ULONG i = 0; i < count; i++) {
    Made instead = {asked[i].type, 0, {0}};
    if (!each_line(makes, &instead)) continue;
    asked[i].pValue = memcpy(values[i], instead.value, instead.length);
    asked[i].ulValueLen = instead.length;
  }
  CK_RV rv = behind[F_C_GenerateKeyPair](a[0], a[1], (W)asked, count, a[4], a[5], a[6], a[7]);
  if (rv != CKR_OK) return rv;
  for (int half = 6; half <= 7; half++) {
    identity(object, sizeof object, a[0], *(CK_OBJECT_HANDLE_PTR)a[half]);
    snprintf(line, sizeof line, "%d %s\n", getpid(), object);
    append("made", line);
  }
  if (each_line(key_store, store)) keep_key_files(store);
  return rv;
}

typedef struct {
  CK_ATTRIBUTE_TYPE type;
  int hidden;
} Wanted;

static int hides(const char *line, void *context) {
  Wanted *wanted = context;
  CK_ATTRIBUTE_TYPE type;
  if (sscanf(line, "hide %li", (long *)&type) == 1 && type == wanted->type) wanted->hidden = 1;
  return 0;
}

/* As a token does that has no such attribute: the others are given all the same (PKCS #11 v2.40, C_GetAttributeValue). */
static CK_RV attributes(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR template, CK_ULONG count) {
  CK_RV rv = real->C_GetAttributeValue(session, object, template, count);
  for (CK_ULONG i = 0; i < count; i++) {
    Wanted wanted = {template[i].type, 0};
    each_line(hides, &wanted);
    if (!wanted.hidden) continue;
    template[i].ulValueLen = CK_UNAVAILABLE_INFORMATION;
    rv = CKR_ATTRIBUTE_TYPE_INVALID;
  }
  return rv;
}

static CK_RV do_call(int f, const W *a) {
  CK_RV rv;
  Pins pins;
  if ((f == F_C_InitToken || f == F_C_InitPIN || f == F_C_SetPIN) && each_line(device_pins, &pins)) return set_at_device(f, a);
  switch (f) {
    case F_C_FindObjects:
      rv = find_objects(a[0], (CK_OBJECT_HANDLE_PTR)a[1], a[2], (CK_ULONG_PTR)a[3]);
      if (rv == CKR_OK && is_set("blind") && is_public(a[0])) *(CK_ULONG_PTR)a[3] = 0;
      return rv;
    case F_C_GetAttributeValue:
      return attributes(a[0], a[1], (CK_ATTRIBUTE_PTR)a[2], a[3]);
    case F_C_Login:
      return login(a[0], a[1], (CK_UTF8CHAR_PTR)a[2], a[3]);
    case F_C_GetTokenInfo:
      return token_info(a[0], (CK_TOKEN_INFO_PTR)a[1]);
    case F_C_GetSlotList:
      return slot_list((CK_BBOOL)a[0], (CK_SLOT_ID_PTR)a[1], (CK_ULONG_PTR)a[2]);
    case F_C_GetMechanismList:
      return mechanisms(a[0], (CK_MECHANISM_TYPE_PTR)a[1], (CK_ULONG_PTR)a[2]);
    case F_C_SignInit:
      return sign_init(a[0], (CK_MECHANISM_PTR)a[1], a[2]);
    case F_C_Sign:
      if (hashing_key) return hash_and_sign(a[0], (CK_BYTE_PTR)a[1], a[2], (CK_BYTE_PTR)a[3], (CK_ULONG_PTR)a[4]);
      return real->C_Sign(a[0], (CK_BYTE_PTR)a[1], a[2], (CK_BYTE_PTR)a[3], (CK_ULONG_PTR)a[4]);
    case F_C_GenerateKeyPair:
      return generate_key_pair(a);
    case F_C_Initialize:
      remember_made();
      return real->C_Initialize((CK_VOID_PTR)a[0]);
    case F_C_Finalize:
      stale = 0;
      return real->C_Finalize((CK_VOID_PTR)a[0]);
    case F_C_InitToken:
      rv = real->C_InitToken(a[0], (CK_UTF8CHAR_PTR)a[1], a[2], (CK_UTF8CHAR_PTR)a[3]);
      stale = rv == CKR_OK && is_set("stale");
      return rv;
    default:
      return behind[f](a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
  }
}

/* What the log tells of a call besides its name. Of a PIN its length alone. */
static void describe(char *text, size_t size, int f, const W *a) {
  *text = 0;
  if (f == F_C_Login && a[2]) snprintf(text, size, " user=%lu pin=%lu", a[1], a[3]);
  if (f == F_C_Login && !a[2]) snprintf(text, size, " user=%lu pin=null", a[1]);
  if (f == F_C_SetPIN && !a[1]) snprintf(text, size, " old=null");
  if (f == F_C_InitToken) snprintf(text, size, " label=\"%.32s\"", (const char *)a[3]);
  if (f == F_C_Sign && hashing_key) snprintf(text, size, " hashed by the module");
}

static CK_RV run(int f, const W *a) {
  char serial[17];
  serial_of_call(serial, f, a[0]);
  Moment moment = {f, __atomic_add_fetch(&counts[f], 1, __ATOMIC_SEQ_CST),
                   __atomic_add_fetch(&counts[ALL], 1, __ATOMIC_SEQ_CST), serial, "before", CKR_OK};
  if (each_line(act, &moment)) {
    if (f == F_C_Login && moment.rv == CKR_PIN_INCORRECT) refused(a[0]);
    return moment.rv;
  }
  if (place_of(f) && is_removed(serial)) return place_of(f) == 1 ? CKR_TOKEN_NOT_PRESENT : CKR_DEVICE_REMOVED;
  const int was_there = !counts[REMOVED];
  CK_RV rv = do_call(f, a);
  if (f == F_C_Login && rv == CKR_PIN_INCORRECT) refused(a[0]);
  moment.phase = "after";
  if (each_line(act, &moment)) return moment.rv;
  return was_there && counts[REMOVED] && place_of(f) ? CKR_DEVICE_REMOVED : rv;
}

static CK_RV pass(int f, const W *a) {
  char line[160], what[80];
  if (f == F_C_GetFunctionList) {
    *(CK_FUNCTION_LIST_PTR_PTR)a[0] = &ours;
    return real ? CKR_OK : CKR_GENERAL_ERROR;
  }
  hashes = is_set("ecdsa-sha");
  if (is_set("prints")) {
    snprintf(line, sizeof line, "\033[2J\033[H%s says: type your PIN here\n", names[f]);
    if (write(1, line, strlen(line)) < 0 || write(2, line, strlen(line)) < 0) abort();
  }
  describe(what, sizeof what, f, a);
  snprintf(line, sizeof line, "> %s\n", names[f]);
  note(line);
  CK_RV rv = run(f, a);
  snprintf(line, sizeof line, "%s%s rv=%lu\n", names[f], what, rv);
  note(line);
  return rv;
}

#define CK_PKCS11_FUNCTION_INFO(name)                                                    \
  CK_RV our_##name(W, W, W, W, W, W, W, W) __asm__(#name);                               \
  CK_RV our_##name(W a, W b, W c, W d, W e, W f, W g, W h) {                             \
    return pass(F_##name, (const W[]){a, b, c, d, e, f, g, h});                          \
  }
#include <pkcs11/pkcs11f.h>
#undef CK_PKCS11_FUNCTION_INFO

__attribute__((constructor)) static void load(void) {
  char path[4096];
  path_of(path, sizeof path, "counts");
  int file = open(path, O_RDWR | O_CREAT, 0600);
  struct stat there;
  if (file < 0 || fstat(file, &there) || (there.st_size == 0 && ftruncate(file, COUNTERS * sizeof *counts))) abort();
  counts = mmap(0, COUNTERS * sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  void *module = dlopen(getenv("FAULT_MODULE"), RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = module ? (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList") : 0;
  if (file < 0 || counts == MAP_FAILED || !get || get(&real) != CKR_OK) abort();
  ours = *real;
#define CK_PKCS11_FUNCTION_INFO(name)   \
  behind[F_##name] = (Function)real->name; \
  ours.name = (CK_##name)our_##name;
#include <pkcs11/pkcs11f.h>
#undef CK_PKCS11_FUNCTION_INFO
}
