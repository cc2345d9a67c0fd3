#include "names.h"

#include <string.h>

#include "contract/rng.h"

/* ---- tables ---- */

/* Tokens behind a wheel of slots; a token's slots are its weight. */
enum { WHEEL_SLOTS = 4096, WHEEL_TOKENS = 400 };

struct wheel {
	const char *token[WHEEL_TOKENS];
	uint8_t length[WHEEL_TOKENS];
	uint16_t tokens;
	uint16_t slot[WHEEL_SLOTS];
};

/* In order of falling frequency: the i-th has a weight of 1 / (i + flat). */
struct ranked {
	struct wheel *wheel;
	unsigned flat;
	const char *list;
};

static struct wheel onsets, vowels, codas, stems, words, tails, givens, surnames, groups,
	domains;

static const struct ranked ranked[] = {
	{ &onsets, 14,
		"m s a k d r t b l j c n p h g e v f sh ch i w o z y st th br tr kr gr "
		"dr cr x ph bl cl pr fr sk sp fl u q sl gl kh wh zh ts sm sn dh bh str "
		"pl" },
	{ &vowels, 1, "a e i o u ee ai y ou ia oo ie ea au io ei oe ua ue eo" },
	{ &codas, 2,
		"- n r - l s m t - k d c ck ng p rd ll g b x nd rt ss v rs z nt st ch sh "
		"f tt nn rk lt h w y lk rn ld mp ns" },
	{ &stems, 1,
		"react node vue eslint create generator angular simple grunt gulp "
		"express ngx cordova ember js babel vite homebridge webpack mcp ts redux "
		"rollup typescript next api graphql web ng npm hexo gatsby docker aws "
		"html5 json svelte postcss vanilla nuxt test serverless meteor hubot "
		"jquery my fastify nest material code style ui electron open micro tiny "
		"git mongo mongoose data smart easy cloud app gatsby-plugin react-native "
		"eslint-config eslint-plugin strapi expo medusa capacitor botium "
		"loopback sequelize koa rn wp pg three d3 ai llm" },
	{ &words, 14,
		"react component api client server parser manager utils data app config "
		"generator loader core test builder native template simple node module "
		"type service helper list map view form input table date time string "
		"file tree query cache store state event stream http request auth token "
		"user page router menu button modal icon image color theme style font "
		"text editor markdown chart graph grid layout scroll slider select "
		"picker upload video audio player camera native mobile web cloud proxy "
		"gateway queue worker job task schedule timer log logger error debug "
		"monitor metrics report email message chat bot push notify payment shop "
		"cart order product search filter sort index database model schema "
		"validate format convert transform compile build bundle deploy release "
		"version package registry template starter boilerplate example demo "
		"tutorial toolkit tools library framework engine runtime shell terminal "
		"command script plugin extension adapter connector bridge wrapper "
		"provider factory container registry context hook hooks promise async "
		"sync fetch socket redis mongo sql mysql rest json xml csv yaml html css "
		"sass dom svg canvas animation game math number random hash crypto "
		"secure password session cookie storage local remote file system process "
		"path url link domain network device sensor light home weather location "
		"geo country language translate locale money price stock bank coin "
		"wallet token chain block contract market trade music photo gallery "
		"story blog post comment social share profile account team project board "
		"note calendar contact address phone code syntax highlight diff merge "
		"patch tag branch commit review lint check scan audit mock fake fixture "
		"spec snapshot coverage browser window panel tab drawer dialog tooltip "
		"popup toast alert badge avatar card header footer sidebar nav "
		"breadcrumb pagination progress spinner skeleton step wizard switch "
		"toggle checkbox radio range rating dropdown auto complete virtual "
		"infinite lazy dynamic static smart fast tiny mini super easy open" },
	{ &tails, 3,
		"js sdk cli plugin client server components api config node generator "
		"react utils loader app ui ts core component package parser library "
		"manager kit lib mcp tools module theme service template helper starter "
		"wrapper cra types demo boilerplate connector adapter engine provider "
		"editor example" },
	{ &givens, 12,
		"john alex david daniel michael mark chris andrew james thomas anna "
		"peter paul robert martin kevin eric ryan jason adam sam ben matt nick "
		"joe jan max tom dan mike steve brian scott josh jon luke simon ivan "
		"sergey dmitry maria marco luis carlos juan jose pedro diego andre "
		"felipe lucas gabriel rafael mohamed ahmed ali omar hassan amir raj amit "
		"anil sanjay vijay rahul arun kumar wei li wang zhang chen liu yang kim "
		"lee park hiro ken yuki taka nguyen minh anh sara laura julia emma sofia "
		"nina lena katya olga igor oleg pavel victor roman anton artem george "
		"henry oscar hugo leo felix erik lars sven olaf hans klaus stefan fabian "
		"florian tobias jonas niklas bruno mario luca matteo paolo pierre jean "
		"louis antoine julien nicolas mathieu vincent dev the code web" },
	{ &surnames, 12,
		"smith lee jones brown wang wilson martin li taylor clark chen lewis "
		"young king wright hill scott green baker hall zhang adams nelson carter "
		"mitchell roberts turner phillips campbell parker evans edwards collins "
		"stewart morris rogers reed cook morgan bell murphy bailey cooper "
		"richardson cox ward peterson gray james watson brooks kelly sanders "
		"price bennett wood barnes ross henderson coleman garcia martinez lopez "
		"gonzalez perez sanchez ramirez torres silva santos souza oliveira "
		"pereira costa ferreira almeida rossi russo ferrari bianchi romano "
		"muller schmidt schneider fischer weber meyer wagner becker hoffmann "
		"schulz koch bauer richter klein wolf neumann schwarz zimmermann braun "
		"hartmann lange janssen visser bakker smit meijer mulder bos vos peters "
		"hansen johansen olsen larsen andersen pedersen nilsen johansson "
		"andersson karlsson nilsson eriksson larsson olsson persson ivanov "
		"petrov sidorov smirnov kuznetsov popov volkov novak kowalski nowak "
		"horvat nagy kovacs szabo singh kumar sharma gupta patel shah mehta jain "
		"verma das reddy rao khan ahmed ali hussain rahman tanaka suzuki sato "
		"watanabe ito yamamoto nakamura kobayashi kato yoshida nguyen tran pham "
		"le" },
	{ &groups, 2,
		"dev labs tech io js team hq studio soft ai digital code web software "
		"org lab group design app apps systems cloud media data works open "
		"source solutions network games co inc project uk de web3 security "
		"health finance coder ui" },
	{ &domains, 1,
		"com com.cn net org cn io de ru fr co.uk com.br dev eu se cz it nl" },
};

static void
add_token(struct wheel *w, const char *p, size_t n)
{
	bool nothing = n == 1 && p[0] == '-'; /* a dash stands for the empty token */

	w->token[w->tokens] = p;
	w->length[w->tokens++] = nothing ? 0 : (uint8_t)n;
}

static void
fill_wheel(const struct ranked *r)
{
	struct wheel *w = r->wheel;
	uint64_t total = 0, sum = 0;

	w->tokens = 0;
	for (const char *p = r->list; *p; p += *p == ' ') {
		size_t n = strcspn(p, " ");
		add_token(w, p, n);
		p += n;
	}
	for (size_t i = 0; i < w->tokens; i++)
		total += 1000000 / (i + r->flat);
	for (size_t i = 0, at = 0; i < w->tokens; i++) {
		sum += 1000000 / (i + r->flat);
		for (size_t end = sum * WHEEL_SLOTS / total; at < end; at++)
			w->slot[at] = (uint16_t)i;
	}
}

void
names_init(void)
{
	for (size_t i = 0; i < sizeof(ranked) / sizeof(ranked[0]); i++)
		fill_wheel(&ranked[i]);
}

/* ---- text ---- */

void
text_add(struct text *t, const char *p, size_t n)
{
	if (n > sizeof(t->p) - t->n)
		return;
	memcpy(t->p + t->n, p, n);
	t->n += n;
}

static void
add(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

static void
spin(struct text *t, const struct wheel *w, uint64_t *rng)
{
	uint16_t i = w->slot[rng_below(rng, WHEEL_SLOTS)];
	text_add(t, w->token[i], w->length[i]);
}

bool
names_chance(uint64_t *rng, unsigned percent)
{
	return rng_below(rng, 100) < percent;
}

static void
capitalise(struct text *t, size_t from)
{
	if (from < t->n && t->p[from] >= 'a' && t->p[from] <= 'z')
		t->p[from] = (char)(t->p[from] - 'a' + 'A');
}

static void
add_digits(struct text *t, uint64_t *rng, unsigned digits)
{
	for (unsigned i = 0; i < digits; i++)
		text_add(t, &"0123456789"[rng_below(rng, 10)], 1);
}

/* ---- words and names ---- */

static void
syllables(struct text *t, uint64_t *rng, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		spin(t, &onsets, rng);
		spin(t, &vowels, rng);
		if (names_chance(rng, 45))
			spin(t, &codas, rng);
	}
}

void
names_made_up(struct text *t, uint64_t *rng)
{
	syllables(t, rng, 2 + rng_below(rng, 2));
}

void
names_word(struct text *t, uint64_t *rng)
{
	if (names_chance(rng, 60))
		spin(t, &words, rng);
	else
		names_made_up(t, rng);
}

void
names_given(struct text *t, uint64_t *rng)
{
	spin(t, &givens, rng);
}

void
names_surname(struct text *t, uint64_t *rng)
{
	spin(t, &surnames, rng);
}

/* One of the ways in which people and groups are called. */
static void
owner_parts(struct text *t, uint64_t *rng, bool camel)
{
	uint64_t kind = rng_below(rng, 100);
	bool dash = names_chance(rng, 20);
	size_t second;

	if (kind < 24)
		spin(t, &givens, rng);
	else if (kind < 40)
		spin(t, &words, rng);
	else if (kind < 48)
		spin(t, &onsets, rng);
	else
		syllables(t, rng, 1 + rng_below(rng, 2));
	if (dash)
		add(t, "-");
	second = t->n;
	if (kind < 5)
		add_digits(t, rng, 2 + (unsigned)rng_below(rng, 3));
	else if (kind < 19)
		spin(t, &surnames, rng);
	else if (kind < 80)
		syllables(t, rng, 1 + rng_below(rng, 2));
	else
		spin(t, &groups, rng);
	if (camel)
		capitalise(t, second);
}

void
names_owner(struct text *t, uint64_t *rng)
{
	size_t start = t->n;
	bool upper = names_chance(rng, 25);

	owner_parts(t, rng, upper && names_chance(rng, 60));
	if (upper)
		capitalise(t, start);
	if (names_chance(rng, 10))
		add_digits(t, rng, 1 + (unsigned)rng_below(rng, 4));
	else if (names_chance(rng, 10)) {
		add(t, "-");
		spin(t, &groups, rng);
	}
}

void
names_more_words(struct text *t, uint64_t *rng)
{
	do {
		add(t, names_chance(rng, 97) ? "-" : "_");
		if (names_chance(rng, 30))
			spin(t, &tails, rng);
		else
			names_word(t, rng);
	} while (names_chance(rng, 30));
}

void
names_repository(struct text *t, uint64_t *rng)
{
	uint64_t kind = rng_below(rng, 100);

	if (kind < 46) {
		spin(t, &stems, rng);
	} else {
		names_word(t, rng);
		if (kind < 56)
			names_word(t, rng);
	}
	if (names_chance(rng, 92))
		names_more_words(t, rng);
	if (names_chance(rng, 3))
		add(t, ".js");
}

void
names_sibling(struct text *t, uint64_t *rng)
{
	uint64_t kind = rng_below(rng, 100);

	if (kind < 5)
		add(t, "s");
	else if (kind < 25)
		add_digits(t, rng, 1);
	else if (kind < 35)
		add(t, ".js");
	else {
		add(t, "-");
		spin(t, &tails, rng);
	}
}

void
names_folder(struct text *t, uint64_t *rng)
{
	add(t, names_chance(rng, 80) ? "/tree/master/packages/" : "/tree/main/packages/");
	names_word(t, rng);
	if (names_chance(rng, 50))
		names_more_words(t, rng);
}

/* The main host with one letter wrong: left out, changed, or something behind. */
static void
mistyped_host(struct text *t, uint64_t *rng)
{
	static const char right[] = "github.com";
	uint64_t wrong = rng_below(rng, sizeof(right));

	text_add(t, right, wrong);
	if (names_chance(rng, 60))
		spin(t, &onsets, rng);
	if (wrong + 1 < sizeof(right))
		add(t, right + wrong + 1);
}

void
names_host(struct text *t, uint64_t *rng)
{
	static const char *const usual[] = { "gitee.com", "bitbucket.org", "codeberg.org",
		"gitcode.com", "dev.azure.com", "git.code.com" };
	static const char *const first[] = { "git.", "gitlab.", "git.", "gitlab.",
		"github.", "code.", "www.", "" };
	uint64_t kind = rng_below(rng, 100);

	if (kind < 45) {
		/* The first of them has as many as the others together. */
		uint64_t i = rng_below(rng, 2) * rng_below(rng, 6);
		add(t, usual[i]);
	} else if (kind < 48) {
		mistyped_host(t, rng);
	} else {
		add(t, first[rng_below(rng, 8)]);
		names_made_up(t, rng);
		add(t, ".");
		spin(t, &domains, rng);
	}
}
