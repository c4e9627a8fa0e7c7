/* SPDX-License-Identifier: ISC */
/* ip: what is read is written so that it is read as the same again. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_ip(const struct ip *ip)
{
	char room[128];
	struct text text = TEXT_OVER(room);
	struct ip back;
	struct err err;

	must(ip->family == IP_V4 || ip->family == IP_V6);
	ip_format(&text, ip);
	must(!text.cut && ip_parse(room, &back, &err));
	must(ip_compare(ip, &back) == 0);
	text_clear(&text);
	ip_format_label(&text, ip);
	must(!text.cut && strstr(room, "::") == NULL && !strchr(room, '%'));
}

static void
check_net(const struct ip_net *net)
{
	char room[128];
	struct text text = TEXT_OVER(room);
	struct ip_net back;
	struct err err;

	must(net->length <= ip_bits(net->address.family));
	must(ip_in_net(&net->address, net));
	ip_net_format(&text, net);
	must(!text.cut && ip_net_parse(room, &back, &err));
	must(ip_compare(&net->address, &back.address) == 0 &&
	    net->length == back.length);
}

/* Nothing that a shell, a resolver or a command line would take for more than
 * a name. */
static void
check_host(const struct ip_host *host, const char *string)
{
	must(host->name == string);
	if (host->address.family != IP_NONE) {
		check_ip(&host->address);
		return;
	}
	must(strspn(string,
		 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		 "0123456789-_.") == strlen(string));
	must(string[0] != '-' && string[0] != '.' && string[0] != '\0');
	must(strlen(string) <= 254 && strstr(string, "..") == NULL);
	must(strstr(string, "-.") == NULL && strstr(string, ".-") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char string[300] = "";
	uint8_t bytes[16] = { 0 };
	struct err err = { 0 };
	struct ip_host host;
	struct ip_net net;
	struct ip ip;

	memcpy(string, data, size < sizeof(string) ? size : sizeof(string) - 1);
	memcpy(bytes, data, size < sizeof(bytes) ? size : sizeof(bytes));
	if (ip_parse(string, &ip, &err))
		check_ip(&ip);
	else
		must(err.kind == ERR_USAGE && err.text[0] != '\0');
	if (ip_net_parse(string, &net, &err))
		check_net(&net);
	if (ip_host_parse(string, &host, &err))
		check_host(&host, string);
	ip = ip_from_v6(bytes, 1);
	check_ip(&ip);
	return 0;
}
