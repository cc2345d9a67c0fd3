# grid.svg: a variant at several values of its parameters: RSS bytes/key across, lookups/s up,
# both axes as far as the points are. Each point is named by its values; lines join those that
# differ in one parameter alone, a colour for each. POINTS has a row for each of SUMMARY, LINES
# those to be joined, by their rows; STEM is the variant, or "several variants".

SUMMARY = ARG1; OUTPUT = ARG2; POINTS = ARG3; LINES = ARG4; STEM = ARG5
load 'common.gp'

array HIT_MIN[N]; array HIT_MAX[N]; array POINT[N]
stats SUMMARY using ( \
    HIT_MIN[row(0)] = num(strcol('hit_min')), HIT_MAX[row(0)] = num(strcol('hit_max')), \
    0) nooutput
stats POINTS using (POINT[row(0)] = strcol('point'), 0) nooutput
E = 0
stats LINES using (E = E + 1) nooutput
array FROM[E]; array TO[E]; array PARAMETER[E]   # the first is none
stats LINES using ( \
    FROM[row(0)] = int(column('from')), TO[row(0)] = int(column('to')), \
    PARAMETER[row(0)] = strcol('parameter'), 0) nooutput
unset datafile columnheaders   # arrays, plotted below, have none

has_point(i) = known(RSS[i]) && known(HIT[i]) && !is_floor(i)
low(i) = known(HIT_MIN[i]) ? HIT_MIN[i] : HIT[i]
high(i) = known(HIT_MAX[i]) ? HIT_MAX[i] : HIT[i]
is_one(i) = POINT[i] ne '-'

# All that is not a point, the reference among them, is named by its label.
array NAME[N]
do for [i=1:N] { NAME[i] = is_one(i) && STEM ne 'several variants' ? POINT[i] : LABEL[i] }

x_lo = 1e300; x_hi = -1e300; y_lo = 1e300; y_hi = -1e300; left_out = ''
do for [i=1:N] {
  if (has_point(i)) {
    x_lo = at_most(x_lo, RSS[i]); x_hi = at_least(x_hi, RSS[i])
    y_lo = at_most(y_lo, low(i)); y_hi = at_least(y_hi, high(i))
  } else {
    if (!is_floor(i)) {
      left_out = left_out . (left_out eq '' ? '' : ', ') . NAME[i] . \
          (failed(i) ? ' (' . STATUS[i] . ')' : ' (n/a)')
    }
  }
}
if (x_lo > x_hi) { x_lo = 0.0; x_hi = 1.0; y_lo = 0.0; y_hi = 1.0 }
# Room for names around them.
margin(lo, hi) = at_least(0.16 * (hi - lo), 0.002 * abs(hi) + 1e-9)
x_min = x_lo - margin(x_lo, x_hi); x_max = x_hi + margin(x_lo, x_hi)
y_min = y_lo - margin(y_lo, y_hi); y_max = y_hi + margin(y_lo, y_hi)

H = 620.0
PL = 80.0; PR = W - 25.0; PB = 100.0; PT = H - 90.0   # the plot's edges, in pixels
px(x) = PL + (PR - PL) * (x - x_min) / (x_max - x_min)
py(y) = PB + (PT - PB) * (y - y_min) / (y_max - y_min)

load 'front.gp'

TITLE = 'Parameters of ' . STEM . ': ' . SUBJECT
SUBTITLE = 'Median of the rounds; bars from the slowest to the fastest. The axes begin near the ' . \
    'points, not at 0. Ringed and dotted: the Pareto front.'
@start

set lmargin at screen PL / W; set rmargin at screen PR / W
set bmargin at screen PB / H; set tmargin at screen PT / H
set xtics step(x_max - x_min, 8); set ytics step(y_max - y_min, 7)
set xrange [x_min:x_max]; set yrange [y_min:y_max]
set format '%g'
set border 3 lc rgb FAINT; set tics nomirror out textcolor rgb INK
set grid xtics ytics lc rgb RULE lt 1 lw 0.7
set label 'resident memory, bytes per key (RSS)' \
    at screen (PL + PR) / 2 / W, screen (PB - 48) / H center textcolor rgb INK
set label 'lookups per second, million (keys present)' \
    at screen 20.0 / W, screen (PB + PT) / 2 / H center rotate by 90 textcolor rgb INK
if (left_out ne '') {
  set label 'Not shown: ' . clip(left_out, 11, W - 110) at screen 20.0/W, screen 31.0/H \
      left font face(11) textcolor rgb FAINT
}
set arrow from screen (PR - 46) / W, screen (PT + 14) / H \
    to screen (PR - 68) / W, screen (PT + 36) / H head filled size screen 0.012,20 \
    lw 2 lc rgb FAINT
set label 'better' at screen PR / W, screen (PT + 19) / H right font face(13) \
    textcolor rgb FAINT

# ---- lines, a colour for each parameter, named above the plot ----
HUES = '0072b2 d55e00 007a5a a0508a 7a6a00'
parameters = ''
do for [e=2:E] {
  if (!place_in(parameters, PARAMETER[e])) { parameters = parameters . ' ' . PARAMETER[e] }
}
number_of(p) = sum [k=1:words(parameters)] (word(parameters, k) eq p ? k : 0)
hue(k) = int('0x' . word(HUES, 1 + (k - 1) % words(HUES)))
key_x = PL
do for [k=1:words(parameters)] {
  name = clip(word(parameters, k), 12, 180)
  set arrow from screen key_x / W, screen (PT + 17) / H \
      to screen (key_x + 18) / W, screen (PT + 17) / H nohead lw 2 lc rgb hue(k)
  set label name at screen (key_x + 24) / W, screen (PT + 17) / H left font face(12) \
      textcolor rgb INK
  key_x = key_x + 44 + text_width(name, 12)
}
do for [e=2:E] {
  set arrow from first RSS[FROM[e]], first HIT[FROM[e]] to first RSS[TO[e]], first HIT[TO[e]] \
      nohead lw 1.6 lc rgb hue(number_of(PARAMETER[e])) back
}
@draw_front

# ---- names: beside points, clear of bars, of the front's steps and of the lines ----
# Boxes: a point, its bar and two steps; and STEPS along each line, fewer where there are many.
STEPS = E > 20 ? 6 : 16
FREE = 4 * N + STEPS * E
array X0[FREE + N]; array X1[FREE + N]; array Y0[FREE + N]; array Y1[FREE + N]
do for [b=1:FREE+N] { X0[b] = -9; X1[b] = -9; Y0[b] = -9; Y1[b] = -9 }
box = 'X0[b] = bx - bw; X1[b] = bx + bw; Y0[b] = by - bh; Y1[b] = by + bh'
do for [i=1:N] {
  if (has_point(i)) {
    b = 4 * i - 3; bx = px(RSS[i]); by = py(HIT[i]); bw = 10; bh = 10
    @box
    b = 4 * i - 2; bw = 5; bh = (py(high(i)) - py(low(i))) / 2 + 2; by = py(low(i)) + bh - 2
    @box
    if (NEXT[i]) {
      j = NEXT[i]
      b = 4 * i - 1; bw = (px(RSS[j]) - px(RSS[i])) / 2; bh = 2
      bx = px(RSS[i]) + bw; by = py(HIT[i])
      @box
      b = 4 * i; bh = (py(HIT[j]) - py(HIT[i])) / 2; bw = 2
      bx = px(RSS[j]); by = py(HIT[i]) + bh
      @box
    }
  }
}
do for [e=2:E] {
  x0 = px(RSS[FROM[e]]); y0 = py(HIT[FROM[e]])
  bw = at_least(3, abs(px(RSS[TO[e]]) - x0) / STEPS / 2)
  bh = at_least(3, abs(py(HIT[TO[e]]) - y0) / STEPS / 2)
  do for [k=1:STEPS] {
    b = 4 * N + STEPS * (e - 1) + k
    bx = x0 + (px(RSS[TO[e]]) - x0) * (k - 0.5) / STEPS
    by = y0 + (py(HIT[TO[e]]) - y0) * (k - 0.5) / STEPS
    @box
  }
}
CLEAR = 14
load 'names.gp'

# Each mark has a pale edge, so that those that lie on one another can be told apart, and what
# is on the front a ring.
plot RSS using (has_point($1) ? RSS[$1] : NaN):(HIT[$1]):(low($1)):(high($1)):(COLOUR[$1]) \
       with yerrorbars pt 0 lw 1.3 lc rgb variable, \
     RSS using (on_front($1) ? RSS[$1] : NaN):(HIT[$1]) \
       with points pt 6 ps 1.9 lw 1.6 lc rgb INK, \
     for [k=2:2*N+1] RSS using (has_point($1) ? RSS[$1] : NaN):(HIT[$1]): \
         (k % 2 ? 1.1 : 1.35):(SHAPE[$1]):(k % 2 ? COLOUR[$1] : 0xffffff) \
       every ::k/2-1::k/2-1 with points ps variable pt variable lc rgb variable
