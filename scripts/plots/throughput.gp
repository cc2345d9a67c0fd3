# throughput.svg: one panel a workload, each on its own scale; one bar a variant, in
# registry order, with a whisker from the slowest to the fastest round.

SUMMARY = ARG1; OUTPUT = ARG2
load 'common.gp'

WORKLOADS = 'insert hit miss scan delete'
P = words(WORKLOADS)
array MEANING[P] = ['insert', 'lookup, present', 'lookup, absent', 'scan in order', 'delete']
array UNIT[P] = ['million/s', 'million/s', 'million/s', 'million keys/s', 'million/s']

# One element a variant and panel.
array MID[N * P]; array MIN[N * P]; array MAX[N * P]
at(i, p) = (p - 1) * N + i
do for [p=1:P] {
  w = word(WORKLOADS, p)
  stats SUMMARY using (MID[at(row(0), p)] = num(strcol(w . '_mops')), \
      MIN[at(row(0), p)] = num(strcol(w . '_min')), \
      MAX[at(row(0), p)] = num(strcol(w . '_max')), 0) nooutput
}
unset datafile columnheaders   # arrays, plotted below, have none

# The floor has no bar; its numbers stand below.
array SHOWN[N]
rows = 0; floor_row = 0
do for [i=1:N] {
  if (is_floor(i)) { floor_row = i } else { rows = rows + 1; SHOWN[rows] = i }
}
mid(r, p) = MID[at(SHOWN[r], p)]
low(r, p) = known(MIN[at(SHOWN[r], p)]) ? MIN[at(SHOWN[r], p)] : mid(r, p)
high(r, p) = known(MAX[at(SHOWN[r], p)]) ? MAX[at(SHOWN[r], p)] : mid(r, p)

ROW = rows > 8 ? 28 : 36
PB = 76.0; H = PB + ROW * rows + 112
PT = H - 112.0
longest = 0.0
do for [i=1:N] { longest = at_least(longest, text_width(LABEL[i], 13)) }
LABELS = at_most(30 + longest, 230.0)   # pixels left of the first panel
GAP = 20.0
PANEL = (W - 12.0 - LABELS - GAP * (P - 1)) / P
left(p) = LABELS + (PANEL + GAP) * (p - 1)
NUMBER = 46.0                         # pixels for the number behind a bar

TITLE = 'Throughput: ' . SUBJECT
SUBTITLE = 'Median of the rounds, whiskers from the slowest to the fastest. Each panel has' . \
    ' its own scale.'
@start
do for [r=1:rows] {
  y = (PT - ROW * (r - 0.5)) / H
  text = LABEL[SHOWN[r]]
  set label clip_fit(text, 13, LABELS - 16) at screen (LABELS - 8) / W, screen y right \
      font face(fit(text, 13, LABELS - 16)) textcolor rgb INK
  # What went wrong takes the place of the bars.
  if (failed(SHOWN[r])) {
    set label clip(STATUS[SHOWN[r]], 12, W - LABELS - 20) \
        at screen (LABELS + 8) / W, screen y left font face(12) textcolor rgb ALARM
  }
}
do for [p=1:P] {
  set label MEANING[p] at screen left(p) / W, screen (PT + 36) / H left font face(14) \
      textcolor rgb INK
  set label UNIT[p] at screen left(p) / W, screen (PT + 20) / H left font face(11) \
      textcolor rgb FAINT
}
if (floor_row) {
  floor_text = ''
  do for [p=1:P] {
    if (known(MID[at(floor_row, p)])) {
      floor_text = floor_text . (floor_text eq '' ? ': ' : ', ') . word(WORKLOADS, p) . ' ' . \
          speed_text(MID[at(floor_row, p)])
    }
  }
  floor_text = 'Not drawn: ' . LABEL[floor_row] . ', the floor of the harness, million/s' . \
      floor_text
  set label clip_fit(floor_text, 11, W - 40) at screen 20.0 / W, screen 30.0 / H left \
      font face(fit(floor_text, 11, W - 40)) \
      textcolor rgb FAINT
}

set multiplot
set border 3 lc rgb FAINT
set bmargin at screen PB / H; set tmargin at screen PT / H
set yrange [rows + 0.5:0.5]
unset ytics
set format x '%g'
set style fill solid 1 noborder
HALF = 0.32   # half a bar's height, in rows
do for [p=1:P] {
  top = 0.0
  do for [r=1:rows] { top = at_least(top, or_zero(high(r, p))) }
  if (top <= 0) { top = 1.0 }
  x_max = top * PANEL / (PANEL - NUMBER)
  set lmargin at screen left(p) / W; set rmargin at screen (left(p) + PANEL) / W
  set xrange [0:x_max]
  # No tick at the right edge, where its text would run into the next panel.
  set xtics 0, step(x_max, 3), 0.9 * x_max nomirror out font ",11" offset 0,0.3 \
      textcolor rgb INK
  set grid xtics lc rgb RULE lt 1 lw 0.7
  do for [r=1:rows] {
    if (known(mid(r, p))) {
      set label speed_text(mid(r, p)) at first high(r, p), first r offset 0.7,0 left \
          font face(12) textcolor rgb INK
    } else { if (!failed(SHOWN[r])) {
      set label 'n/a' at first 0, first r offset 0.7,0 left font face(12) textcolor rgb FAINT
    } }
  }
  plot SHOWN using (mid($1, p) / 2):1:(0):(mid($1, p)):($1 - HALF):($1 + HALF): \
           (colour(INDEX[SHOWN[$1]])) every ::0::rows-1 with boxxyerror lc rgb variable, \
       SHOWN using (mid($1, p)):1:(low($1, p)):(high($1, p)) every ::0::rows-1 \
           with xerrorbars pt 0 lw 1.3 lc rgb INK
  unset label   # the frame's labels were drawn with the first panel
}
unset multiplot
