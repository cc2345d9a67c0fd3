/* site_html.c: what the board's pages have in common; see site.h. */
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include "site.h"

/* Behind those of doc.c. Colours of families are for both grounds at 4.5 to 1. */
static const char style[] =
	":root{--art:#0b4fb3;--page:#a8410a;--frozen:#6b2fa0;--tree:#4f5a65;"
	"--trie:#166b3f;--hash:#7a5f00;--other:#63636a}"
	"@media(prefers-color-scheme:dark){:root{--art:#7db2ff;--page:#ff9f66;"
	"--frozen:#c9a0ff;--tree:#aab4be;--trie:#6fd3a0;--hash:#e0c34f;"
	"--other:#a0a0a6}}"
	"nav{font-size:.9rem;margin-bottom:1rem}"
	"nav a{margin-right:1rem;display:inline-block}"
	"h3{font-size:1rem;margin:1.6rem 0 .4rem}"
	"td,th,li,h1,h2,h3,label{unicode-bidi:isolate}"
	"table.sorts tbody th{font-weight:normal;white-space:nowrap;"
	"vertical-align:baseline}"
	"td{vertical-align:baseline}"
	"td.text,th.text{text-align:left}"
	"small{color:var(--faint);font-size:.75rem}"
	".one{white-space:nowrap}"
	".top{font-size:.7rem;margin-left:.35rem}"
	"td.wrap{white-space:normal;min-width:16rem;text-align:left}"
	"tr.noisy td,tr.failed td,tr.some td,td.some{color:var(--faint)}"
	".mark{font-size:.75rem;color:var(--warn);border:1px solid;"
	"border-radius:.2rem;padding:0 .25rem;margin-left:.4rem}"
	"th button{font:inherit;color:inherit;background:none;border:0;padding:0;"
	"cursor:pointer;text-align:inherit;text-decoration:underline dotted}"
	"th[aria-sort] button{text-decoration:underline}"
	".filters{border:1px solid var(--rule);padding:.5rem .8rem;margin:1rem 0;"
	"font-size:.85rem}"
	".filters fieldset{border:0;margin:.1rem 0;padding:0}"
	".filters legend{float:left;width:5.5rem;padding:.15rem 0;"
	"color:var(--faint)}"
	".filters label{display:inline-block;padding:.15rem 0;margin-right:.9rem;"
	"white-space:nowrap;max-width:100%;overflow:hidden;text-overflow:ellipsis;"
	"vertical-align:bottom}"
	".filters .all{margin:.3rem 0 0}"
	".filters button{font:inherit}"
	"dl.facts{display:grid;grid-template-columns:max-content 1fr;"
	"gap:.1rem 1rem;font-size:.85rem}"
	"dl.facts dt{color:var(--faint)}"
	"dl.facts dd{margin:0;overflow-wrap:anywhere}"
	".wide+.wide{margin-top:1.2rem}"
	".key{color:var(--own)}"
	"svg{min-width:44rem;font:11px system-ui,sans-serif}"
	"svg.small{min-width:0;width:22rem;max-width:100%}"
	"svg text{fill:var(--ink);paint-order:stroke;stroke:var(--ground);"
	"stroke-width:3px}"
	"svg .axis{fill:var(--faint)}"
	"svg .rule{stroke:var(--rule)}"
	"svg .leader{stroke:var(--faint);stroke-width:.7}"
	"svg .front{stroke:var(--faint);fill:none;stroke-dasharray:4 3}"
	"svg .line{stroke:var(--art);fill:none;stroke-width:1.5}"
	"svg .dot{stroke-width:1.5}"
	"svg .hollow{fill:var(--ground)}"
	".pair{display:flex;flex-wrap:wrap;gap:.5rem 2rem}"
	".pair figure{margin:.4rem 0}"
	"figure.figure{margin:1rem 0}"
	"figcaption{font-size:.85rem;color:var(--faint);max-width:48rem}"
	".art{--own:var(--art)}.page{--own:var(--page)}"
	".frozen{--own:var(--frozen)}.tree{--own:var(--tree)}"
	".trie{--own:var(--trie)}.hash{--own:var(--hash)}"
	".other{--own:var(--other)}"
	"svg .own{fill:var(--own);stroke:var(--own)}"
	"svg .hollow.own{fill:var(--ground)}"
	"a:focus-visible,button:focus-visible,input:focus-visible,"
	".wide:focus-visible{outline:2px solid var(--link);outline-offset:2px}";

/* What a page does better with: columns are sorted by, the choice is kept in the address,
 * and rows shown are counted. What is noisy or failed stays last. */
static const char script[] =
	"(function(){'use strict';"
	"var form=document.querySelector('form.filters');"
	"function rank(r,i){var c=r.cells[i];return r.className==='failed'?3:"
	"r.className?2:c&&c.className==='some'?1:0}"
	"function value(r,i){var c=r.cells[i];if(!c)return null;"
	"var t=c.textContent.trim(),x=parseFloat(t.replace(/,/g,''));"
	"return /^-?( |$)/.test(t)?null:isNaN(x)?t:x}"
	"function sort(t,i,up){var rows=[].slice.call(t.tBodies[0].rows);"
	"rows.sort(function(a,b){var x=value(a,i),y=value(b,i),k=rank(a,i)-rank(b,i);"
	"if(k)return k;if(x===null||y===null)return(x===null)-(y===null);"
	"if(typeof x!==typeof y)return typeof x==='number'?-1:1;"
	"return(x<y?-1:x>y?1:0)*(up?1:-1)});"
	"rows.forEach(function(r){t.tBodies[0].appendChild(r)})}"
	"[].forEach.call(document.querySelectorAll('table.sorts'),function(t){"
	"[].forEach.call(t.tHead.rows[0].cells,function(c,i){"
	"var b=document.createElement('button');b.type='button';"
	"b.textContent=c.textContent;c.textContent='';c.appendChild(b);"
	"b.addEventListener('click',function(){"
	"var up=c.getAttribute('aria-sort')!=='ascending';"
	"[].forEach.call(t.tHead.rows[0].cells,function(o){"
	"o.removeAttribute('aria-sort')});"
	"c.setAttribute('aria-sort',up?'ascending':'descending');sort(t,i,up)})})});"
	"if(!form)return;"
	"var said=document.createElement('span');said.setAttribute('role','status');"
	"form.querySelector('.all').appendChild(said);"
	"function count(){var all=document.querySelectorAll('tbody tr[data-f0],"
	"tbody tr[data-f1],tbody tr[data-f2],tbody tr[data-f4]'),n=0;"
	"[].forEach.call(all,function(r){n+=r.getClientRects().length>0});"
	"if(all.length)said.textContent=' '+n+' of '+all.length+' rows shown'}"
	"function keep(){var on=[].filter.call(form.elements,function(e){"
	"return e.checked&&e.value!==''}).map(function(e){return e.id});"
	"try{history.replaceState(null,'',on.length?'#show='+on.join(','):"
	"location.pathname+location.search)}catch(e){}count()}"
	"var m=/^#show=([a-z0-9,-]+)$/.exec(location.hash);"
	"if(m)m[1].split(',').forEach(function(id){"
	"var e=document.getElementById(id);if(e&&form.contains(e))e.checked=true});"
	"form.addEventListener('change',keep);"
	"form.addEventListener('reset',function(){setTimeout(keep,0)});count()})();";

void
site_put(GString *out, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_markup_vprintf_escaped(format, args);
	va_end(args);
	g_string_append(out, text);
}

/* ---- a page ---- */

/* No script runs but the one above, and nothing is fetched, whatever a run has in it. */
static void
put_policy(GString *head)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize n = sizeof digest;
	g_checksum_update(sum, (const guchar *)script, (gssize)strlen(script));
	g_checksum_get_digest(sum, digest, &n);
	g_autofree char *hash = g_base64_encode(digest, n);
	g_string_append_printf(head,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
		"'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'; base-uri "
		"'none'; form-action 'none'\">\n",
		hash);
}

void
site_begin(struct doc *d, const char *title, const struct site_facets *facets)
{
	g_autoptr(GString) head = g_string_new(NULL);
	put_policy(head);
	g_string_append_printf(head, "<style>%s", style);
	if (facets)
		site_facets_style(head, facets);
	g_string_append(head, "</style>\n");
	doc_begin_within(d, title, head->str,
		"<nav aria-label=\"Board\"><a href=\"index.html\">The board</a>"
		"<a href=\"index.html#data\">Data sets</a>"
		"<a href=\"index.html#machines\">Machines</a>"
		"<a href=\"index.html#variants\">Variants</a>"
		"<a href=\"index.html#runs\">Runs</a></nav>\n<main>\n");
}

char *
site_end(struct doc *d)
{
	g_autofree char *bottom = g_strdup_printf(
		"</main>\n<script>%s</script>\n", script);
	return doc_end_within(d, bottom);
}

/* ---- tables ---- */

void
site_table(GString *out, const char *caption, const char *const *names)
{
	site_put(out,
		"<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"Table\">"
		"<table "
		"class=\"sorts\">\n<caption><span>%s</span></caption>\n<thead><tr>",
		caption);
	for (; *names; names++) {
		bool left = **names == '<';
		site_put(out,
			left ? "<th scope=\"col\" class=\"text\">%s</th>"
			     : "<th scope=\"col\">%s</th>",
			*names + left);
	}
	g_string_append(out, "</tr></thead>\n<tbody>\n");
}

void
site_table_end(GString *out)
{
	g_string_append(out, "</tbody></table></div>\n");
}

void
site_cell(GString *out, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	site_put(out, "<td>%s</td>", text);
}

void
site_cell_number(GString *out, int digits, double x)
{
	if (isfinite(x))
		site_cell(out, "%.*f", digits, x);
	else
		site_cell(out, "-");
}

void
site_cell_ratio(GString *out, const struct estimate *e)
{
	if (isnan(e->median) || !e->n)
		site_cell(out, "-");
	else if (e->median == 1 && e->lo == 1 && e->hi == 1)
		site_cell(out, "1");
	else if (!(e->coverage > 0))
		site_put(out,
			"<td class=\"faint\">%.2f <small>(-)" TABLE_UNRESOLVED
			"</small></td>",
			e->median);
	else
		site_put(out, "<td class=\"%s\">%.2f <small>(%.2f..%.2f)%s</small></td>",
			stats_resolved(e) ? "" : "faint", e->median, e->lo, e->hi,
			stats_resolved(e) ? "" : TABLE_UNRESOLVED);
}

/* ---- words ---- */

char *
site_count(size_t n)
{
	g_autofree char *digits = g_strdup_printf("%zu", n);
	size_t length = strlen(digits);
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			g_string_append_c(text, ',');
		g_string_append_c(text, digits[i]);
	}
	return g_string_free(text, FALSE);
}

void
site_cell_count(GString *out, size_t n)
{
	g_autofree char *text = site_count(n);
	site_cell(out, "%s", text);
}

char *
site_variant_page(const char *name)
{
	size_t plain = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
	bool known = *name && !name[plain] && plain < 60;
	return site_file("variant", name, known ? NULL : name);
}

char *
site_day(const struct site_run *r)
{
	return g_strndup(record_said(&r->record, "start"), 10);
}

char *
site_board_title(const struct site_board *b)
{
	return g_strdup_printf("%s: %s", b->machine->name, b->setting);
}

const char *
site_rung(const struct ab_variant *v)
{
	return v->rung ? v->rung : "none";
}
