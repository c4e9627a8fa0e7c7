/* SPDX-License-Identifier: ISC */
/*
 * Fabricated reports in every format.  Without an argument a test that each
 * fits and ends in a newline; with a directory, the samples that
 * tests/cli/formats.bats gives to the readers of these formats.
 */
#include <check.h>

#include "render_trees.h"

#define HOSTILE 60 /* random trees */

static void
grow_verdict(struct scene *scene, int i)
{
	struct result *peer = scene_peer(scene_root(scene), "::1", "ipv6");

	result_ok(scene_root(scene));
	result_judge(peer, (enum verdict)i, "as it is");
	result_check(peer, ESTABLISHED, i);
	scene_line(scene, &scene->report.caveats, "first run");
}

static void
grow_partial(struct scene *scene, int i)
{
	grow_verdict(scene, i);
	scene_error(scene, ERR_TIMEOUT, VERDICT_UNKNOWN, "timed out");
	scene_line(scene, &scene->report.notes, "asked once");
	scene->common.verbose = 3;
}

static void
grow_deep(struct scene *scene, int depth)
{
	struct result *node = scene_root(scene);

	result_ok(node);
	for (int i = 0; i < depth; i++) {
		node = result_child(node, "level");
		result_ok(node);
		result_metric(node, LOSS, 100.0 / (i + 1));
		result_metric(node, ACCEPTED, i);
	}
	scene->common.detail = true;
}

static void
grow_many(struct scene *scene, int count)
{
	struct result *root = scene_root(scene);
	struct limits limits = { 0 };
	struct err err;

	range_parse("500", &limits.warning, &err);
	range_parse("@10:20", &limits.critical, &err);
	result_summary(root, "%d connections", count);
	result_ok(root);
	for (int i = 0; i < count; i++) {
		char name[64];

		snprintf(name, sizeof(name), "2001:db8::%x", (unsigned)i);
		scene_peer(root, name, "ipv6");
		result_check_limits(root->last, ESTABLISHED, i, &limits);
		result_metric(root->last, OLDEST, i * 0.37);
		result_metric(root->last, SOFTWARE, 1);
		result_metric(root->last, MEMORY, i * 4096.0);
	}
}

static void
grow_hostile(struct scene *scene, int seed)
{
	struct dice dice = { (uint64_t)seed * 6364136223846793005U + 1 };

	dice_scene(scene, &dice);
}

static const struct sample {
	const char *name;
	void (*grow)(struct scene *scene, int i);
	int from, to;
} samples[] = {
	{ "verdict", grow_verdict, 0, 4 },
	{ "partial", grow_partial, 0, 4 },
	{ "deep", grow_deep, 0, RESULT_DEPTH + 1 },
	{ "many", grow_many, 0, 2 },
	{ "many", grow_many, 1000, 1001 },
	{ "hostile", grow_hostile, 0, HOSTILE },
};

#define SAMPLES ((int)(sizeof(samples) / sizeof(*samples)))

START_TEST(each_sample_fits)
{
	const struct sample *sample = &samples[_i];

	for (int i = sample->from; i < sample->to; i++) {
		struct scene scene;

		scene_init(&scene);
		scene_named(&scene);
		sample->grow(&scene, i);
		for (size_t k = 0; renders[k].name != NULL; k++) {
			scene_print(&scene, renders[k].print);
			ck_assert(!scene.out.cut);
			ck_assert_int_eq(scene.out.data[scene.out.len - 1],
			    '\n');
		}
		scene_free(&scene);
	}
}
END_TEST

static bool
write_file(const char *path, const struct text *text)
{
	FILE *file = fopen(path, "w");
	bool done;

	if (file == NULL)
		return false;
	done = fwrite(text->data, 1, text->len, file) == text->len;
	return fclose(file) == 0 && done;
}

static bool
write_sample(const struct sample *sample, int i, const char *dir)
{
	struct scene scene;
	char path[512];
	bool done = true;

	scene_init(&scene);
	scene_named(&scene);
	sample->grow(&scene, i);
	for (size_t k = 0; renders[k].name != NULL && done; k++) {
		scene_print(&scene, renders[k].print);
		snprintf(path, sizeof(path), "%s/%s-%d.%s", dir, sample->name,
		    i, renders[k].name);
		done = write_file(path, &scene.out);
	}
	scene_free(&scene);
	return done;
}

static bool
write_samples(const char *dir)
{
	for (int n = 0; n < SAMPLES; n++)
		for (int i = samples[n].from; i < samples[n].to; i++)
			if (!write_sample(&samples[n], i, dir))
				return false;
	return true;
}

int
main(int argc, char **argv)
{
	Suite *suite;
	TCase *tcase;
	SRunner *runner;

	if (argc > 1)
		return write_samples(argv[1]) ? EXIT_SUCCESS : EXIT_FAILURE;
	suite = suite_create("render_samples");
	tcase = tcase_create("render_samples");
	runner = srunner_create(suite);
	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 300);
	tcase_add_loop_test(tcase, each_sample_fits, 0, SAMPLES);
	srunner_run_all(runner, CK_NORMAL);

	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
