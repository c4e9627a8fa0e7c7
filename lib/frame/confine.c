/* SPDX-License-Identifier: ISC */
#include "frame/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sanitized.h"

/* A file that holds nothing: /dev/null, or where there is none (a bare chroot)
 * a descriptor that refuses every read and write. */
static int
open_nothing(void)
{
	const int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	return fd >= 0 ? fd : open("/", O_PATH | O_CLOEXEC);
}

void
confine_start(void)
{
	if (!SANITIZED)
		prctl(PR_SET_DUMPABLE, 0);
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open_nothing() < 0)
			return;
}

/* --- capabilities --------------------------------------------------------- */

/* capset(2) without libcap: two 32-bit halves, version 3. */
struct caps {
	struct __user_cap_header_struct header;
	struct __user_cap_data_struct half[_LINUX_CAPABILITY_U32S_3];
};

static bool
read_caps(struct caps *caps, struct err *err)
{
	*caps = (struct caps){ .header = {
				   .version = _LINUX_CAPABILITY_VERSION_3,
			       } };
	if (syscall(SYS_capget, &caps->header, caps->half) != 0)
		return err_sys(err, errno, "capget");
	return true;
}

static bool
write_caps(struct caps *caps, struct err *err)
{
	if (syscall(SYS_capset, &caps->header, caps->half) != 0)
		return err_sys(err, errno, "capset");
	return true;
}

static bool
set_effective(bool on, struct err *err)
{
	struct caps caps;
	bool change = false;

	if (!read_caps(&caps, err))
		return false;
	for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		const uint32_t want = on ? caps.half[i].permitted : 0;

		change |= caps.half[i].effective != want;
		caps.half[i].effective = want;
	}
	return !change || write_caps(&caps, err);
}

bool
confine_suspend_capabilities(struct err *err)
{
	return set_effective(false, err);
}

bool
confine_resume_capabilities(struct err *err)
{
	return set_effective(true, err);
}

bool
confine_drop_capabilities(bool keep_file_access, struct err *err)
{
	const uint32_t keep =
	    keep_file_access ? UINT32_C(1) << CAP_DAC_OVERRIDE : 0;
	struct caps caps;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_sys(err, errno, "PR_SET_NO_NEW_PRIVS");
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (!read_caps(&caps, err))
		return false;
	caps.half[0].permitted &= keep;
	caps.half[0].effective = caps.half[0].permitted;
	caps.half[0].inheritable = 0;
	caps.half[1] = (struct __user_cap_data_struct){ 0 };
	return write_caps(&caps, err);
}

/* --- the worker ----------------------------------------------------------- */

static void
limit(int resource, rlim_t most)
{
	struct rlimit limits;

	if (getrlimit(resource, &limits) != 0)
		return;
	if (limits.rlim_max < most)
		most = limits.rlim_max;
	limits.rlim_cur = limits.rlim_max = most;
	setrlimit(resource, &limits);
}

static void
limit_resources(const struct confine_worker *worker)
{
	limit(RLIMIT_CORE, 0);
	if (SANITIZED)
		return;
	/* A command would inherit it, and Go programs reserve GiB. */
	if (!worker->may_exec)
		limit(RLIMIT_AS, worker->memory);
	if (!worker->may_write && !worker->may_exec)
		limit(RLIMIT_FSIZE, 0);
}

/* landlock(7): no right is granted below any path, so none is left. */
static void
forbid_files(const struct confine_worker *worker)
{
	struct landlock_ruleset_attr rules = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE,
	};
	int fd;

	if (worker->may_exec || SANITIZED)
		return;
	if (!worker->may_write)
		rules.handled_access_fs |= LANDLOCK_ACCESS_FS_WRITE_FILE |
		    LANDLOCK_ACCESS_FS_REMOVE_DIR |
		    LANDLOCK_ACCESS_FS_REMOVE_FILE |
		    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
		    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
		    LANDLOCK_ACCESS_FS_MAKE_FIFO |
		    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
	fd =
	    (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (fd < 0)
		return;
	syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
}

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef NATIVE_ARCH
/* What a check never needs and an intruder does.  A deny list, because the C
 * library and the crypto libraries take new calls into use at will. */
static const unsigned denied[] = {
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_chroot,
	SYS_bpf,
	SYS_perf_event_open,
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_kexec_load,
	SYS_userfaultfd,
	SYS_io_uring_setup,
	SYS_execve, /* the last two: see DENIED_WITH_EXEC */
	SYS_execveat,
};

#define DENIED (sizeof(denied) / sizeof(denied[0]))
#define DENIED_WITH_EXEC (DENIED - 2) /* of a worker that runs commands */
#define X32_CALLS 0x40000000u /* asm/unistd.h: the same calls, renumbered */

/* Program: wrong architecture, x32 or a number on the list: EPERM, else allow.
 */
static void
forbid_calls(bool may_exec)
{
	const size_t count = may_exec ? DENIED_WITH_EXEC : DENIED;
	struct sock_filter code[DENIED + 6];
	struct sock_fprog program = { .filter = code };
	size_t n = 0;

	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	    offsetof(struct seccomp_data, arch));
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
	    NATIVE_ARCH, 0, (uint8_t)(count + 3));
	code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	    offsetof(struct seccomp_data, nr));
	code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K,
	    X32_CALLS, (uint8_t)(count + 1), 0);
	for (size_t i = 0; i < count; i++)
		code[n++] =
		    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			denied[i], (uint8_t)(count - i), 0);
	code[n++] =
	    (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
	    SECCOMP_RET_ERRNO | EPERM);
	program.len = (unsigned short)n;
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program);
}
#else
static void
forbid_calls(bool may_exec)
{
	(void)may_exec;
}
#endif

/* The reader of our standard output must see its end when the guard exits. */
static void
detach_standard_files(void)
{
	const int nothing = open_nothing();

	if (nothing < 0)
		return;
	dup2(nothing, STDIN_FILENO);
	dup2(nothing, STDOUT_FILENO);
	if (!SANITIZED)
		dup2(nothing, STDERR_FILENO);
	if (nothing > STDERR_FILENO)
		close(nothing);
}

bool
confine_worker(const struct confine_worker *worker, struct err *err)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != worker->guard)
		return err_set(err, ERR_SYSTEM, "the guard is gone");
	detach_standard_files();
	if (worker->wraps)
		return true;
	limit_resources(worker);
	if (!confine_drop_capabilities(false, err))
		return false;
	forbid_files(worker);
	forbid_calls(worker->may_exec);
	return true;
}
