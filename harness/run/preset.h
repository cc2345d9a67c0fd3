/* preset.h: what --preset names: defaults of `artbench run`, each of which an option given
 * beside it overrides.
 *
 * Ownership: the table is for ever. Errors: reported on stderr (cli.h). Threads: any. */
#ifndef AB_PRESET_H
#define AB_PRESET_H

#include <stdbool.h>

struct preset {
	const char *name, *what;
	/* The variants: those on such a rung, and some by name; NULL: as without it. */
	bool (*has_rung)(const char *rung);
	const char *const *besides; /* NULL ends them */
	/* As text; NULL: as without it. */
	const char *workloads, *reference, *rounds, *budget;
};

extern const struct preset presets[]; /* a NULL name ends them */

/* NULL: an unknown name, reported. */
const struct preset *preset_named(const char *name);
/* Those that are built in, as --variants takes them; NULL: as without it. g_free it. */
char *preset_variants(const struct preset *p);

#endif /* AB_PRESET_H */
