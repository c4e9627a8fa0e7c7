/* SPDX-License-Identifier: ISC */
#include "model/tcp.h"

#include <netinet/tcp.h>
#include <stddef.h>

static const struct {
	unsigned state;
	const char *name; /* the first row of a state is its name */
} states[] = {
	{ TCP_ESTABLISHED, "ESTABLISHED" },
	{ TCP_SYN_SENT, "SYN-SENT" },
	{ TCP_SYN_RECV, "SYN-RECEIVED" },
	{ TCP_FIN_WAIT1, "FIN-WAIT-1" },
	{ TCP_FIN_WAIT2, "FIN-WAIT-2" },
	{ TCP_TIME_WAIT, "TIME-WAIT" },
	{ TCP_CLOSE, "CLOSED" },
	{ TCP_CLOSE_WAIT, "CLOSE-WAIT" },
	{ TCP_LAST_ACK, "LAST-ACK" },
	{ TCP_LISTEN, "LISTEN" },
	{ TCP_CLOSING, "CLOSING" },
	/* The names of <netinet/tcp.h> and ss(8), where they differ. */
	{ TCP_SYN_RECV, "SYN-RECV" },
	{ TCP_FIN_WAIT1, "FIN-WAIT1" },
	{ TCP_FIN_WAIT2, "FIN-WAIT2" },
	{ TCP_CLOSE, "CLOSE" },
	{ TCP_ESTABLISHED, "ESTAB" },
};

#define ROWS (sizeof(states) / sizeof(states[0]))

/* No toupper(3): its answer depends on the locale. */
static char
folded(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c == '_' ? '-' : c;
}

static bool
same_name(const char *typed, const char *name)
{
	while (*typed != '\0' && folded(*typed) == *name) {
		typed++;
		name++;
	}
	return *typed == '\0' && *name == '\0';
}

const char *
tcp_state_name(unsigned state)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (states[i].state == state)
			return states[i].name;
	}
	return "?";
}

unsigned
tcp_state_parse(const char *name)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (same_name(name, states[i].name))
			return states[i].state;
	}
	return 0;
}
