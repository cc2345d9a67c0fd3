# memory.svg: where the bytes are. One bar a variant, the smallest first: what its own
# exact count says, by class; or, for a structure that allocates by itself, what the
# heap says; or the exact count alone, where it is of no classes. RSS and the published claim are marks on the bar.

SUMMARY = ARG1; OUTPUT = ARG2
load 'common.gp'

# Classes of ab_memory as stacked from the left, and then the unbroken heap.
CLASSES = 'inner leaf key slack'
array MEANING[6] = ['inner nodes', 'leaves and values', 'key bytes', 'slack', \
    'heap, not broken down', 'exact only']
array PAINT[6] = [0x0072b2, 0x56b4e9, 0xe69f00, 0xbbbbbb, 0x999933, 0x44aa99]
array INNER[N]; array LEAF[N]; array KEY[N]; array SLACK[N]
stats SUMMARY using ( \
    INNER[row(0)] = num(strcol('inner_bpk')), LEAF[row(0)] = num(strcol('leaf_bpk')), \
    KEY[row(0)] = num(strcol('key_bpk')), SLACK[row(0)] = num(strcol('slack_bpk')), \
    0) nooutput
unset datafile columnheaders   # arrays, plotted below, have none

counted(i) = known(EXACT[i])
divided(i) = known(INNER[i])
width(i, c) = c == 6 ? (counted(i) && !divided(i) ? EXACT[i] : 0.0) : \
    c == 5 ? (counted(i) ? 0.0 : or_zero(HEAP[i])) : !counted(i) ? 0.0 : \
    or_zero(c == 1 ? INNER[i] : c == 2 ? LEAF[i] : c == 3 ? KEY[i] : SLACK[i])
left_of(i, c) = c == 1 ? 0.0 : (sum [k=1:c-1] width(i, k))
mark(i) = failed(i) ? NaN : claim(i)   # of the claim
bar_end(i) = left_of(i, 6) + width(i, 6)
reach(i) = at_least(bar_end(i), at_least(or_zero(RSS[i]), or_zero(mark(i))))

key(i) = failed(i) ? LAST : is_floor(i) ? NONE : known(RSS[i]) ? RSS[i] : NONE
do for [i=1:N] { ORDER[rank_of(i)] = i }

numbers(i) = failed(i) ? clip(STATUS[i], 12, 400) : \
    (known(RSS[i]) ? sprintf('%.1f', RSS[i]) : 'n/a') . \
    (counted(i) ? sprintf(' · counted %.1f', EXACT[i]) : \
     known(HEAP[i]) ? sprintf(' · heap %.1f', HEAP[i]) : '') . \
    (known(mark(i)) ? sprintf(' · claimed %.0f', CLAIMED[i]) : '')

ROW = N > MANY ? 28 : 36
PB = 76.0; H = PB + ROW * N + 112
PT = H - 100.0; PL = 30.0; PR = W - 20.0
longest = 0.0; text = 0.0; x_max = 0.0
do for [i=1:N] {
  longest = at_least(longest, text_width(LABEL[i], 13))
  text = at_least(text, text_width(numbers(i), 12) + 16)
  x_max = at_least(x_max, reach(i))
}
PL = at_most(PL + longest, 260.0)
if (x_max <= 0) { x_max = 1.0 }
# Leave room to the right of the longest bar for its numbers.
x_max = x_max * (PR - PL) / at_least(200, PR - PL - text)

TITLE = 'Bytes per key, by class: ' . SUBJECT
SUBTITLE = 'Numbers: resident memory (RSS) · the exact count, or else the heap'
claims = sum [i=1:N] known(mark(i))
SUBTITLE = SUBTITLE . (claims > 0 ? ' · the published claim.' : '.')
SUBTITLE = SUBTITLE . ' Bars: bytes held; circles: pages touched (RSS).'
@start

# The legend: a chip and a word for what occurs in the data.
legend_x = 20.0; legend_y = PT + 28
do for [c=1:6] {
  if ((sum [i=1:N] width(i, c)) > 0) {
    set object rectangle from screen legend_x / W, screen (legend_y - 6) / H \
        to screen (legend_x + 14) / W, screen (legend_y + 6) / H \
        fillstyle solid 1 noborder fillcolor rgb PAINT[c]
    set label MEANING[c] at screen (legend_x + 20) / W, screen legend_y / H left \
        font face(12) textcolor rgb INK
    legend_x = legend_x + 36 + text_width(MEANING[c], 12)
  }
}
set label '' at screen (legend_x + 7) / W, screen legend_y / H \
    point pt 6 ps 1.15 lw 2 lc rgb INK
set label 'RSS' at screen (legend_x + 20) / W, screen legend_y / H left font face(12) \
    textcolor rgb INK
legend_x = legend_x + 66
if (claims > 0) {
  set arrow from screen (legend_x + 7) / W, screen (legend_y - 9) / H \
      to screen (legend_x + 7) / W, screen (legend_y + 9) / H nohead lw 2.5 dt (3,2) \
      lc rgb ALARM
  set label 'published claim' at screen (legend_x + 20) / W, screen legend_y / H left \
      font face(12) textcolor rgb INK
}

set lmargin at screen PL / W; set rmargin at screen PR / W
set bmargin at screen PB / H; set tmargin at screen PT / H
set xrange [0:x_max]; set yrange [N + 0.5:0.5]
set xtics step(x_max, 8) nomirror out offset 0,0.3 textcolor rgb INK
set format x '%g'
unset ytics
set border 3 lc rgb FAINT
set grid xtics lc rgb RULE lt 1 lw 0.7
set label 'bytes per key' at screen (PL + PR) / 2 / W, screen (PB - 44) / H center \
    textcolor rgb INK
do for [r=1:N] {
  i = ORDER[r]
  set label clip_fit(LABEL[i], 13, PL - 24) at graph 0, first r offset -1,0 right \
      font face(fit(LABEL[i], 13, PL - 24)) textcolor rgb INK
  set label numbers(i) at first reach(i), first r offset 1.6,0 left \
      font face(12) textcolor rgb (failed(i) ? ALARM : INK)
  if (N > MANY && r % 2 == 0) {
    set object rectangle from screen 0, first r - 0.5 to screen 1, first r + 0.5 behind \
        fillstyle solid 1 noborder fillcolor rgb BAND
  }
}

HALF = 0.34   # half a bar's height, in rows
set style fill solid 1 noborder
# Nothing is drawn of what is nothing: not even its edge.
middle(i, c) = width(i, c) > 0 ? left_of(i, c) + width(i, c) / 2 : NaN
plot for [c=1:6] ORDER using (middle(ORDER[$1], c)):1: \
         (left_of(ORDER[$1], c)):(left_of(ORDER[$1], c) + width(ORDER[$1], c)): \
         ($1 - HALF):($1 + HALF) with boxxyerror lc rgb PAINT[c], \
     ORDER using (mark(ORDER[$1])):($1 - 0.46):(0):(0.92) with vectors nohead lw 2.5 \
         dt (3,2) lc rgb ALARM, \
     ORDER using (RSS[ORDER[$1]]):1 with points pt 7 ps 1.15 lc rgb '#ffffff', \
     ORDER using (RSS[ORDER[$1]]):1 with points pt 6 ps 1.15 lw 2 lc rgb INK
