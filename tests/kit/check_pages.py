"""check_pages.py DIR: the pages of a site are sound: tags are closed in order, every link
leads to a page or an element that is there, nothing comes from elsewhere or runs but the one
script, and tables have captions and scopes. Prints what is wrong, and how much was looked at."""
import html.parser
import os
import sys

VOID = {"meta", "input", "br", "hr", "img", "link"}
COUNTS = {"pages": 0, "links": 0, "tables": 0}


class Page(html.parser.HTMLParser):
    def __init__(self, name):
        super().__init__()
        self.name, self.open, self.ids, self.links = name, [], set(), []
        self.seen, self.wrong, self.bare = {}, [], False

    def fail(self, what):
        line, column = self.getpos()
        self.wrong.append(f"{self.name}:{line}:{column}: {what}")

    def handle_starttag(self, tag, attrs):
        self.seen[tag] = self.seen.get(tag, 0) + 1
        for key, value in attrs:
            if key.startswith("on") or key in ("src", "action", "srcdoc", "xlink:href"):
                self.fail(f"attribute {key}")
            if key == "id":
                if value in self.ids:
                    self.fail(f"id {value} is there twice")
                self.ids.add(value)
            if key == "href":
                self.links.append(value)
        keys = dict(attrs)
        if tag in ("link", "iframe", "object", "embed", "img", "base", "foreignobject"):
            self.fail(f"element {tag}")
        if tag == "table":
            COUNTS["tables"] += 1
            self.bare = keys.get("class") == "sorts"
        if tag == "caption":
            self.bare = False
        if tag == "thead" and self.bare:
            self.fail("a table without caption")
        if tag == "th" and keys.get("scope") not in ("col", "row"):
            self.fail("a th without scope")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.fail(f"</{tag}> closes nothing")


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as f:
        text = f.read()
    page = Page(name)
    page.feed(text)
    page.close()
    if page.open:
        page.fail(f"not closed: {page.open}")
    for tag in ("h1", "main", "script", "nav"):
        if page.seen.get(tag) != 1:
            page.fail(f"{page.seen.get(tag, 0)} of {tag}")
    if "Content-Security-Policy" not in text or 'lang="en"' not in text:
        page.fail("no policy or no language")
    return page


def main(folder):
    pages = {n: read(folder, n) for n in sorted(os.listdir(folder)) if n.endswith(".html")}
    wrong = [w for p in pages.values() for w in p.wrong]
    linked = {"index.html"}
    for page in pages.values():
        COUNTS["pages"] += 1
        for link in page.links:
            COUNTS["links"] += 1
            target, _, anchor = link.partition("#")
            target = target or page.name
            if target not in pages:
                wrong.append(f"{page.name}: {link}: no such page")
            elif anchor and anchor not in pages[target].ids:
                wrong.append(f"{page.name}: {link}: no such place")
            linked.add(target)
    wrong += [f"{name}: nothing leads there" for name in pages if name not in linked]
    print("\n".join(wrong[:20] + [f"{len(wrong)} wrong, {COUNTS}"]))
    return 1 if wrong or not COUNTS["links"] else 0


sys.exit(main(sys.argv[1]))
