# Draws folded stacks, sorted, as an SVG: a rectangle for each function on each way to it, as
# wide as the share of samples in it and in what it calls, the callers below. -v title=TEXT.
function text_of(s) {
  gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s); gsub(/"/, "\\&quot;", s)
  return s
}
# Of warm hues, the same for a name in every picture.
function colour(name,    i, h) {
  h = 7
  for (i = 1; i <= length(name); i++)
    h = (h * 31 + index(letters, substr(name, i, 1))) % 997
  return "hsl(" 8 + h % 45 ",80%," 62 + h % 13 "%)"
}
# The frame at that depth ends here.
function close_frame(depth,    x, w, y, name, room) {
  name = open_name[depth]
  x = 10 + 1180 * begun[depth] / total
  w = 1180 * (at - begun[depth]) / total
  y = top - 18 * depth
  room = int(w / 7) - 1
  printf "<g><title>%s: %d samples, %.1f %%</title>", text_of(name), at - begun[depth],
    100 * (at - begun[depth]) / total
  printf "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"17\" fill=\"%s\"/>", x, y, w, colour(name)
  if (room >= 3)
    printf "<text x=\"%.2f\" y=\"%d\">%s</text>", x + 3, y + 12.5,
      text_of(length(name) > room ? substr(name, 1, room - 1) "~" : name)
  print "</g>"
}
BEGIN { letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:<>(),* &~" }
{
  count[NR] = $NF
  total += $NF
  sub(/ [0-9]+$/, "")
  stack[NR] = $0
  depth = split($0, name, ";")
  if (depth > deepest) deepest = depth
}
END {
  height = 18 * deepest + 60
  top = height - 12
  print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1200 " height "\" font-family=\"sans-serif\" font-size=\"12\">"
  print "<style>rect{stroke:#fff;stroke-width:.5}.t{fill:#111}" \
    "@media(prefers-color-scheme:dark){.b{fill:#181818}.t{fill:#eee}rect{stroke:#181818}}</style>"
  print "<rect class=\"b\" width=\"1200\" height=\"" height "\" fill=\"#fff\"/>"
  print "<text class=\"t\" x=\"10\" y=\"20\" font-size=\"14\">" text_of(title) ": " total " samples</text>"
  for (line = 1; line <= NR; line++) {
    depth = split(stack[line], name, ";")
    for (same = 0; same < depth && same < open && name[same + 1] == open_name[same + 1]; same++) continue
    for (; open > same; open--) close_frame(open)
    while (open < depth) { open_name[++open] = name[open]; begun[open] = at }
    at += count[line]
  }
  for (; open > 0; open--) close_frame(open)
  print "</svg>"
}
