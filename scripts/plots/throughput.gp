# throughput.svg: one panel a workload, each on its own scale; one bar a variant, the
# fastest lookups first, with a whisker from the slowest to the fastest round.

SUMMARY = ARG1; OUTPUT = ARG2
load 'common.gp'

WORKLOADS = 'insert hit miss scan delete'
P = words(WORKLOADS)
array MEANING[P] = ['insert', 'lookup, present', 'lookup, absent', 'scan of all keys', 'delete']
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
key(i) = by_speed(i)
do for [i=1:N] { ORDER[rank_of(i)] = i }
do for [k=1:N] {
  i = ORDER[k]
  if (is_floor(i)) { floor_row = i } else { rows = rows + 1; SHOWN[rows] = i }
}
mid(r, p) = MID[at(SHOWN[r], p)]
low(r, p) = known(MIN[at(SHOWN[r], p)]) ? MIN[at(SHOWN[r], p)] : mid(r, p)
high(r, p) = known(MAX[at(SHOWN[r], p)]) ? MAX[at(SHOWN[r], p)] : mid(r, p)

# Bars far beyond the others of their panel would flatten them all: they are cut
# short, with a gap in them, just beyond the longest that is whole. Far is from the
# panel's median, the lower one of two.
FAR = 8.0
speed(r, p) = or_zero(mid(r, p))
above_zero(p) = sum [r=1:rows] (speed(r, p) > 0)
rank(r, p) = sum [j=1:rows] (speed(j, p) > 0 && (speed(j, p) < speed(r, p) || \
    (speed(j, p) == speed(r, p) && j < r)))
median(p) = sum [r=1:rows] (speed(r, p) > 0 && rank(r, p) == (above_zero(p) - 1) / 2 ? \
    speed(r, p) : 0.0)
array LIMIT[P]; array LONGEST[P]; array CUT[P]
do for [p=1:P] { LIMIT[p] = FAR * median(p) }
is_cut(r, p) = speed(r, p) > LIMIT[p]
do for [p=1:P] {
  CUT[p] = sum [r=1:rows] is_cut(r, p)
  LONGEST[p] = 0.0
  do for [r=1:rows] {
    if (!is_cut(r, p)) { LONGEST[p] = at_least(LONGEST[p], or_zero(high(r, p))) }
  }
  if (LONGEST[p] <= 0) { LONGEST[p] = 1.0 }
}
# Where the panel's longest bar ends, in its unit.
reach(p) = LONGEST[p] * (CUT[p] > 0 ? 1.3 : 1.0)
bar_end(r, p) = is_cut(r, p) ? reach(p) : mid(r, p)
whisker(r, p) = is_cut(r, p) ? NaN : mid(r, p)

ROW = rows > MANY ? 28 : 36
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
SUBTITLE = 'Median of the rounds, whiskers from the slowest to the fastest. The fastest' . \
    ' lookups first. Each panel has its own scale.'
@start
do for [r=1:rows] {
  y = (PT - ROW * (r - 0.5)) / H
  text = LABEL[SHOWN[r]]
  set label clip_fit(text, 13, LABELS - 16) at screen (LABELS - 8) / W, screen y right \
      font face(fit(text, 13, LABELS - 16)) textcolor rgb INK
  if (rows > MANY && r % 2 == 0) {
    set object rectangle from screen 0, screen y - ROW / 2.0 / H \
        to screen 1, screen y + ROW / 2.0 / H behind fillstyle solid 1 noborder \
        fillcolor rgb BAND
  }
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
  if (CUT[p] > 0) {
    set label 'broken bar: cut short' at screen left(p) / W, screen (PT + 6) / H left \
        font face(11) textcolor rgb ALARM
  }
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
  x_max = reach(p) * PANEL / (PANEL - NUMBER)
  set lmargin at screen left(p) / W; set rmargin at screen (left(p) + PANEL) / W
  set xrange [0:x_max]
  # No tick at the right edge, where its text would run into the next panel, and none
  # at a bar's cut end.
  x_last = CUT[p] > 0 ? LONGEST[p] : 0.9 * x_max
  set xtics 0, step(x_last, 2.5), x_last nomirror out font ",11" offset 0,0.3 \
      textcolor rgb INK
  set grid xtics lc rgb RULE lt 1 lw 0.7
  do for [r=1:rows] {
    if (known(mid(r, p))) {
      set label speed_text(mid(r, p)) \
          at first (is_cut(r, p) ? reach(p) : high(r, p)), first r offset 0.7,0 left \
          font face(12) textcolor rgb INK
    } else { if (!failed(SHOWN[r])) {
      set label 'n/a' at first 0, first r offset 0.7,0 left font face(12) textcolor rgb FAINT
    } }
    # The gap: two strokes of the background's colour, slanted, right across the bar.
    if (is_cut(r, p)) {
      do for [k=0:1] {
        x = left(p) + (PANEL - NUMBER) * (0.82 + 0.08 * k)
        y = PT - ROW * (r - 0.5)
        set arrow from screen (x - 3) / W, screen (y - 0.36 * ROW) / H \
            to screen (x + 3) / W, screen (y + 0.36 * ROW) / H nohead lw 3 \
            lc rgb '#ffffff' front
      }
    }
  }
  plot SHOWN using (bar_end($1, p) / 2):1:(0):(bar_end($1, p)):($1 - HALF):($1 + HALF): \
           (COLOUR[SHOWN[$1]]) every ::0::rows-1 with boxxyerror lc rgb variable, \
       SHOWN using (whisker($1, p)):1:(low($1, p)):(high($1, p)) every ::0::rows-1 \
           with xerrorbars pt 0 lw 1.3 lc rgb INK
  unset arrow
  unset label; unset object   # the frame's were drawn with the first panel
}
unset multiplot
