# ladder.svg: the ladder of layouts, a row for each rung, in their order. Left, bytes per
# key by class, with what each rung takes less, or more, than the one above it; right,
# lookups of keys that are there.

SUMMARY = ARG1; OUTPUT = ARG2
load 'common.gp'

# Classes of ab_memory as stacked from the left.
C = 4
array MEANING[C] = ['inner nodes', 'leaves and values', 'key bytes', 'slack']
array PAINT[C] = [0x0072b2, 0x56b4e9, 0xe69f00, 0xbbbbbb]
array RUNG[N]; array INNER[N]; array LEAF[N]; array KEY[N]; array SLACK[N]
array HIT_MIN[N]; array HIT_MAX[N]
stats SUMMARY using ( \
    RUNG[row(0)] = strcol('rung'), \
    INNER[row(0)] = num(strcol('inner_bpk')), LEAF[row(0)] = num(strcol('leaf_bpk')), \
    KEY[row(0)] = num(strcol('key_bpk')), SLACK[row(0)] = num(strcol('slack_bpk')), \
    HIT_MIN[row(0)] = num(strcol('hit_min')), HIT_MAX[row(0)] = num(strcol('hit_max')), \
    0) nooutput
unset datafile columnheaders   # arrays, plotted below, have none

# Numbered rungs, then the frozen ones; what is on none, and ablations, stay out.
number_of(s) = s eq '-' || s eq 'S' ? NaN : s[1:1] eq 'F' ? 100 + int(s[2:*]) : int(s)
height(i) = failed(i) ? NaN : number_of(RUNG[i])
key(i) = known(height(i)) ? height(i) : LAST
R = sum [i=1:N] known(height(i))
do for [i=1:N] { ORDER[rank_of(i)] = i }

width(i, c) = or_zero(c == 1 ? INNER[i] : c == 2 ? LEAF[i] : c == 3 ? KEY[i] : SLACK[i])
left_of(i, c) = c == 1 ? 0.0 : (sum [k=1:c-1] width(i, k))
reach(i) = at_least(left_of(i, C) + width(i, C), or_zero(RSS[i]))
change(r) = RSS[ORDER[r]] - RSS[ORDER[r - 1]]
# Where the row's numbers begin: behind what the rung above it takes, too.
behind(r) = at_least(reach(ORDER[r]), r == 1 ? 0.0 : or_zero(RSS[ORDER[r - 1]]))
numbers(r) = sprintf('%.1f', RSS[ORDER[r]]) . \
    (r == 1 || !known(change(r)) ? '' : sprintf('  %+.1f', change(r)))
title_of(r) = RUNG[ORDER[r]] . '  ' . LABEL[ORDER[r]]

ROW = 40
PB = 76.0; H = PB + ROW * R + 112
PT = H - 112.0
longest = 0.0; x_max = 1.0; fastest = 1e-9
do for [r=1:R] {
  longest = at_least(longest, text_width(title_of(r), 13))
  x_max = at_least(x_max, behind(r))
  fastest = at_least(fastest, or_zero(HIT_MAX[ORDER[r]]))
}
LABELS = at_most(30 + longest, 240.0)
SPLIT = 640.0; GAP = 30.0             # where the bytes end, and the lookups begin
NUMBER = 92.0; RATE = 46.0            # pixels for the numbers behind the bars

TITLE = 'The ladder of layouts: ' . SUBJECT
SUBTITLE = 'Numbers and circles: resident memory (RSS), and what it is more or less than' . \
    ' the rung above. Bars: bytes held.'
@start
legend_x = 20.0; legend_y = PT + 28
do for [c=1:C] {
  set object rectangle from screen legend_x / W, screen (legend_y - 6) / H \
      to screen (legend_x + 14) / W, screen (legend_y + 6) / H \
      fillstyle solid 1 noborder fillcolor rgb PAINT[c]
  set label MEANING[c] at screen (legend_x + 20) / W, screen legend_y / H left \
      font face(12) textcolor rgb INK
  legend_x = legend_x + 36 + text_width(MEANING[c], 12)
}
set object rectangle from screen legend_x / W, screen (legend_y - 6) / H \
    to screen (legend_x + 14) / W, screen (legend_y + 6) / H \
    fillstyle empty border rgb FAINT fillcolor rgb FAINT dt (2,3)
set label 'saved by the rung' at screen (legend_x + 20) / W, screen legend_y / H left \
    font face(12) textcolor rgb INK
set label 'lookups, present' at screen (SPLIT + GAP) / W, screen (PT + 36) / H left \
    font face(14) textcolor rgb INK
set label 'million/s; whiskers: slowest, fastest' at screen (SPLIT + GAP) / W, \
    screen (PT + 18) / H left font face(11) textcolor rgb FAINT
do for [r=1:R] {
  y = (PT - ROW * (r - 0.5)) / H
  set label clip_fit(title_of(r), 13, LABELS - 16) at screen (LABELS - 8) / W, screen y right \
      font face(fit(title_of(r), 13, LABELS - 16)) textcolor rgb INK
  if (r % 2 == 0) {
    set object rectangle from screen 0, screen y - ROW / 2.0 / H \
        to screen 1, screen y + ROW / 2.0 / H behind fillstyle solid 1 noborder \
        fillcolor rgb BAND
  }
}
set label 'bytes per key' at screen (LABELS + SPLIT) / 2 / W, screen (PB - 44) / H center \
    textcolor rgb INK

set multiplot
set border 3 lc rgb FAINT
set bmargin at screen PB / H; set tmargin at screen PT / H
set yrange [R + 0.5:0.5]
unset ytics
set format x '%g'
set style fill solid 1 noborder
set grid xtics lc rgb RULE lt 1 lw 0.7
HALF = 0.32   # half a bar's height, in rows

# The bytes; a hollow bar as far as the rung above it went.
set lmargin at screen LABELS / W; set rmargin at screen SPLIT / W
x_max = x_max * (SPLIT - LABELS) / (SPLIT - LABELS - NUMBER)
set xrange [0:x_max]
set xtics step(x_max, 6) nomirror out offset 0,0.3 textcolor rgb INK
do for [r=1:R] {
  set label numbers(r) at first behind(r), first r offset 1.4,0 left font face(12) \
      textcolor rgb INK
}
saved(r) = r == 1 || RSS[ORDER[r - 1]] <= RSS[ORDER[r]] ? NaN : RSS[ORDER[r - 1]]
plot ORDER using (saved($1)):1:(RSS[ORDER[$1]]):(saved($1)):($1 - HALF):($1 + HALF) \
         every ::0::R-1 with boxxyerror fillstyle empty border rgb FAINT dt (2,3) lc rgb FAINT, \
     for [c=1:C] ORDER using (left_of(ORDER[$1], c) + width(ORDER[$1], c) / 2):1: \
         (left_of(ORDER[$1], c)):(left_of(ORDER[$1], c) + width(ORDER[$1], c)): \
         ($1 - HALF):($1 + HALF) every ::0::R-1 with boxxyerror lc rgb PAINT[c], \
     ORDER using (RSS[ORDER[$1]]):1 every ::0::R-1 with points pt 7 ps 1.15 lc rgb '#ffffff', \
     ORDER using (RSS[ORDER[$1]]):1 every ::0::R-1 with points pt 6 ps 1.15 lw 2 lc rgb INK
unset label; unset object   # the frame's were drawn with the first panel

# The lookups.
PANEL = W - 12.0 - SPLIT - GAP
set lmargin at screen (SPLIT + GAP) / W; set rmargin at screen (W - 12.0) / W
x_max = fastest * PANEL / (PANEL - RATE)
set xrange [0:x_max]
set xtics 0, step(fastest, 2.5), 0.95 * x_max nomirror out offset 0,0.3 textcolor rgb INK
do for [r=1:R] {
  set label (known(HIT[ORDER[r]]) ? speed_text(HIT[ORDER[r]]) : 'n/a') \
      at first or_zero(HIT_MAX[ORDER[r]]), first r offset 0.7,0 left font face(12) \
      textcolor rgb INK
}
plot ORDER using (or_zero(HIT[ORDER[$1]]) / 2):1:(0):(or_zero(HIT[ORDER[$1]])): \
         ($1 - HALF):($1 + HALF) every ::0::R-1 with boxxyerror lc rgb 0x009e73, \
     ORDER using (HIT[ORDER[$1]]):1:(HIT_MIN[ORDER[$1]]):(HIT_MAX[ORDER[$1]]) \
         every ::0::R-1 with xerrorbars pt 0 lw 1.3 lc rgb INK
unset multiplot
