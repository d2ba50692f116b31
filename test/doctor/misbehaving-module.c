/*
 * A PKCS#11 module that misbehaves without being told to by its environment: compiled with -DHANG it never returns
 * from its first function, with -DCRASH it ends its process there.
 */
#include <stdlib.h>
#include <unistd.h>

unsigned long C_GetFunctionList(void **list) {
  (void)list;
#ifdef HANG
  for (;;) pause();
#endif
  abort();
}
