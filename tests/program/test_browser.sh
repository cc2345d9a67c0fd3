#!/usr/bin/env bash
# The board in a real browser: no page is wider than a phone or a desktop, none says an
# error, choosing works without scripts and sorting with them, and text can be read, light
# and dark.
# Usage: test_browser.sh ARTBENCH SOURCE_ROOT. Exit status: 0 passed, 1 failed, 77 there is
# no Chromium, or it does not run here.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../kit/check.sh"

artbench=$(realpath -- "${1:?usage: test_browser.sh ARTBENCH SOURCE_ROOT}")
root=$(realpath -- "${2:?usage: test_browser.sh ARTBENCH SOURCE_ROOT}")
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
  skip "no Chromium (Debian: chromium)"
temp=$(mktemp -d) || exit 1
trap 'rm -rf -- "$temp"' EXIT
cd "$temp" || exit 1

browse() { # ADDRESS [OPTION...]: stdout is what it made of it, its log is in `log`
  local address=$1
  shift
  HOME=$temp timeout 100 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$temp/profile" \
    --allow-file-access-from-files --enable-logging=stderr "$@" "$address" 2>log
}
echo '<p id=x></p><script>document.getElementById("x").textContent = "it" + " runs"</script>' >try.html
browse "file://$temp/try.html" --dump-dom >out || skip "$browser does not run here"
grep -q 'it runs' out || skip "$browser does not run here"

(cd "$root" && "$artbench" site --output "$temp/board" >/dev/null 2>&1)
check "there is a board" test -s board/index.html
# One of each kind, the longest; and the first.
pages=index.html
for kind in data machine run variant; do
  pages+=,$(find board -name "$kind-*" -printf '%s %f\n' | sort -rn | head -1 | cut -d' ' -f2)
done
# A page with faults, to see that they would be told of.
sed 's/<main>/<main><div style="width:2000px;color:#999">wide<\/div><script>alert(1)<\/script>/' \
  board/index.html >board/bad.html
cp "$root/tests/program/browser_site.html" frames.html
for scheme in light dark; do
  if [ $scheme = light ]; then number=1 unreadable=2; else number=0 unreadable=0; fi
  # What is not to run in a frame without scripts is told of, too, and is as it should be.
  browse "file://$temp/frames.html#board/,$pages,bad.html" --virtual-time-budget=60000 \
    --window-size=1400,1000 --dump-dom \
    --blink-settings=preferredColorScheme=$number >out
  sed -n '/<pre id="found">/,/<\/pre>/p' out | sed 's/<[^>]*>//g' | grep -E '^(WRONG|looked) ' >found
  grep -E 'CONSOLE|ERROR:.*blink' log | grep -v "document's frame is sandboxed" >said
  check "$scheme: nothing wrong" same "$(grep '^WRONG' found | grep -v ' bad.html ')" ""
  check "$scheme: five pages and the bad one in four ways" matches found \
    '^looked 24, chosen [1-9][0-9]+, sorted [1-9][0-9]+, ground'
  check "$scheme: no error in the console" same "$(grep -v bad.html said)" ""
  check "a page that is too wide is found" same "$(grep -c 'WRONG bad.html at .* px wide' found)" 4
  check "a script that is not ours is refused" matches said 'Content Security Policy.*bad.html'
  # #999 on white, not on black.
  check "$scheme: text that cannot be read is found" same "$(grep -c 'WRONG bad.html .* a contrast' found)" \
    $unreadable
done
check "dark is dark" has found 'ground rgb(23, 24, 26)'

finish
