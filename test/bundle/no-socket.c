/*
 * Runs a command that is killed (SIGSYS) as soon as it, or what it starts, opens a socket of any kind but two that reach
 * no other computer: AF_UNIX, by which C libraries ask for users and modules for smart cards, and AF_NETLINK, by which
 * Node lists the network interfaces. An empty network would only make it fail, and a program may pass over a failure.
 * io_uring could open sockets past this, so it is "not implemented".
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define IF_EQUAL(value, skip, skip_else) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (skip), (skip_else))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))

int main(int count, char **words) {
  struct sock_filter filter[] = {
      LOAD(nr),
      IF_EQUAL(SYS_io_uring_setup, 4, 0),
      IF_EQUAL(SYS_socket, 0, 4),
      LOAD(args[0]),
      IF_EQUAL(AF_UNIX, 2, 0),
      IF_EQUAL(AF_NETLINK, 1, 2),
      RETURN(SECCOMP_RET_ERRNO | ENOSYS),
      RETURN(SECCOMP_RET_ALLOW),
      RETURN(SECCOMP_RET_KILL_PROCESS),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (count < 2) {
    fputs("no-socket: no command\n", stderr);
    return 125;
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    perror("no-socket: the kernel takes no filter");
    return 125;
  }
  execvp(words[1], words + 1);
  perror(words[1]);
  return 127;
}
