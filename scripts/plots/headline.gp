# headline.svg: what a variant costs against what it gives. RSS bytes/key across,
# lookups/s up, one directly labelled point a variant; the published claim, where
# there is one, as a hollow mark at the same height with an arrow to the truth.

SUMMARY = ARG1; OUTPUT = ARG2
load 'common.gp'

array HIT_MIN[N]; array HIT_MAX[N]
stats SUMMARY using ( \
    HIT_MIN[row(0)] = num(strcol('hit_min')), HIT_MAX[row(0)] = num(strcol('hit_max')), \
    0) nooutput
unset datafile columnheaders   # arrays, plotted below, have none

# On a handful of keys the growth of RSS can be negative: noise, and no place to plot.
has_point(i) = known(RSS[i]) && RSS[i] >= 0 && known(HIT[i]) && !is_floor(i)
has_claim(i) = has_point(i) && known(claim(i))
low(i) = known(HIT_MIN[i]) ? HIT_MIN[i] : HIT[i]
high(i) = known(HIT_MAX[i]) ? HIT_MAX[i] : HIT[i]

# Bytes are logarithmic, so that small indices lie as far apart as large ones that differ by as
# much; those that are all near each other have an axis that begins near them. Speed starts at
# zero, unless the slow ones would be one blot: then it is logarithmic, too.
NEAR = 2.5; SPREAD = 25
x_lo = 1e300; x_hi = 0.0; y_lo = 1e300; y_hi = 0.0
left_out = ''
do for [i=1:N] {
  if (has_point(i)) {
    x_lo = at_most(x_lo, RSS[i]); x_hi = at_least(x_hi, RSS[i])
    y_lo = at_most(y_lo, low(i)); y_hi = at_least(y_hi, high(i))
    if (has_claim(i)) { x_lo = at_most(x_lo, CLAIMED[i]); x_hi = at_least(x_hi, CLAIMED[i]) }
  } else {
    why = is_floor(i) && known(HIT[i]) ? ' (the floor, ' . speed_text(HIT[i]) . ' M/s)' : \
        failed(i) ? ' (' . STATUS[i] . ')' : ' (n/a)'
    left_out = left_out . (left_out eq '' ? '' : ', ') . LABEL[i] . why
  }
}
if (x_hi <= 0) { x_lo = 0.0; x_hi = 1.0 }
if (y_hi <= 0) { y_lo = 0.0; y_hi = 1.0 }
x_log = x_lo > 0 && x_hi > NEAR * x_lo
y_log = y_lo > 0 && y_hi > SPREAD * y_lo
x_room = x_log ? (x_hi / x_lo) ** 0.1 : at_least(0.16 * (x_hi - x_lo), 0.1 * x_hi)
x_min = x_log ? x_lo / x_room : at_least(0.0, x_lo - x_room)
x_max = x_log ? x_hi * x_room : x_hi + x_room
y_min = y_log ? y_lo / 1.6 : 0.0
y_max = y_log ? y_hi * 1.8 : y_hi * 1.18

H = 620.0
PL = 80.0; PR = W - 25.0; PB = 100.0; PT = H - 90.0   # the plot's edges, in pixels
px(x) = PL + (PR - PL) * (x_log ? log(x / x_min) / log(x_max / x_min) : (x - x_min) / (x_max - x_min))
py(y) = PB + (PT - PB) * (y_log ? log(y / y_min) / log(y_max / y_min) : y / y_max)

load 'front.gp'

TITLE = 'Memory against lookup speed: ' . SUBJECT
SUBTITLE = 'Median of the rounds; bars from the slowest to the fastest round.'
n_claims = sum [i=1:N] has_claim(i)
steps = sum [i=1:N] (NEXT[i] > 0)
if (steps > 0) { SUBTITLE = SUBTITLE . '   Dotted: the Pareto front.' }
if (n_claims > 0) { SUBTITLE = SUBTITLE . '   ◇ published claim → measured.' }
@start

set lmargin at screen PL / W; set rmargin at screen PR / W
set bmargin at screen PB / H; set tmargin at screen PT / H
if (x_log) {
  set logscale x; set xtics ()
  tics = x_max < 20 * x_min ? '1 1.5 2 3 4 5 7' : x_max < 1000 * x_min ? '1 2 5' : '1'
  do for [d=floor(log10(x_min)):ceil(log10(x_max))] {
    do for [w=1:words(tics)] { set xtics add (real(word(tics, w)) * 10.0 ** d) }
  }
} else { set xtics step(x_max - x_min, 8) }
if (y_log) { set logscale y } else { set ytics step(y_max, 7) }
set xrange [x_min:x_max]; set yrange [y_min:y_max]
set format '%g'
set border 3 lc rgb FAINT; set tics nomirror out textcolor rgb INK
set grid xtics ytics lc rgb RULE lt 1 lw 0.7
set label 'resident memory, bytes per key (RSS)' . \
    (x_log ? ', log scale' : x_min > 0 ? ', not from 0' : '') \
    at screen (PL + PR) / 2 / W, screen (PB - 48) / H center textcolor rgb INK
set label 'lookups per second, million (keys present)' . (y_log ? ', log scale' : '') \
    at screen 20.0 / W, screen (PB + PT) / 2 / H center rotate by 90 textcolor rgb INK
if (left_out ne '') {
  set label 'Not shown: ' . clip(left_out, 11, W - 110) at screen 20.0/W, screen 31.0/H \
      left font face(11) textcolor rgb FAINT
}

# Which way is better, above the plot, where no point can be.
set arrow from screen (PR - 46) / W, screen (PT + 14) / H \
    to screen (PR - 68) / W, screen (PT + 36) / H head filled size screen 0.012,20 \
    lw 2 lc rgb FAINT
set label 'better' at screen PR / W, screen (PT + 19) / H right font face(13) \
    textcolor rgb FAINT

# Which shape is what, in one line above the plot.
key_x = PL
do for [w=1:words(SHAPES)+1] {
  families = ''; shape = int(word('7 ' . SHAPES, w))
  do for [i=1:N] {
    if (LEADS[i] && !is_floor(i) && SHAPE[i] == shape) {
      families = families . (families eq '' ? '' : ', ') . FAMILY[i]
    }
  }
  if (families ne '') {
    families = clip(families, 12, 180)
    set label '' at screen (key_x + 5) / W, screen (PT + 17) / H point pt shape ps 0.9 \
        lc rgb FAINT
    set label families at screen (key_x + 14) / W, screen (PT + 17) / H left font face(12) \
        textcolor rgb FAINT
    key_x = key_x + 32 + text_width(families, 12)
  }
}

@draw_front

# ---- Labels: nothing may cover a point, a bar, a line or another label. ----
# Boxes to keep clear of, in pixels: six a variant (point, bar, claim, arrow, and two
# steps of the front) and then the labels themselves, as far as they are placed.
FREE = 6 * N
array X0[FREE + N]; array X1[FREE + N]; array Y0[FREE + N]; array Y1[FREE + N]
do for [b=1:FREE+N] { X0[b] = -9; X1[b] = -9; Y0[b] = -9; Y1[b] = -9 }
box = 'X0[b] = bx - bw; X1[b] = bx + bw; Y0[b] = by - bh; Y1[b] = by + bh'
do for [i=1:N] {
  if (has_point(i)) {
    b = 6 * i - 5; bx = px(RSS[i]); by = py(HIT[i]); bw = 8; bh = 8
    @box
    b = 6 * i - 4; bw = 5; bh = (py(high(i)) - py(low(i))) / 2 + 2; by = py(low(i)) + bh - 2
    @box
    if (has_claim(i)) {
      b = 6 * i - 3; bx = px(CLAIMED[i]); by = py(HIT[i]); bw = 8; bh = 8
      @box
      b = 6 * i - 2; bw = abs(px(RSS[i]) - px(CLAIMED[i])) / 2; bh = 2
      bx = (px(RSS[i]) + px(CLAIMED[i])) / 2
      @box
    }
    if (NEXT[i]) {
      j = NEXT[i]
      b = 6 * i - 1; bw = (px(RSS[j]) - px(RSS[i])) / 2; bh = 2
      bx = px(RSS[i]) + bw; by = py(HIT[i])
      @box
      b = 6 * i; bh = (py(HIT[j]) - py(HIT[i])) / 2; bw = 2
      bx = px(RSS[j]); by = py(HIT[i]) + bh
      @box
    }
  }
}

array NAME[N]
do for [i=1:N] { NAME[i] = LABEL[i] }
CLEAR = 11
load 'names.gp'

do for [i=1:N] {
  if (has_point(i)) {
    if (has_claim(i) && abs(px(RSS[i]) - px(CLAIMED[i])) > 16) {
      s = RSS[i] > CLAIMED[i] ? 1 : -1
      set arrow from screen (px(CLAIMED[i]) + 6 * s) / W, screen py(HIT[i]) / H \
          to screen (px(RSS[i]) - 7 * s) / W, screen py(HIT[i]) / H \
          head filled size screen 0.008,18 lw 1 lc rgb COLOUR[i] back
    }
  }
}

MARK = N > MANY ? 1.0 : 1.2
# Each mark has a pale edge, so that those that lie on one another can be told apart.
plot RSS using (has_point($1) ? RSS[$1] : NaN):(HIT[$1]):(low($1)):(high($1)):(COLOUR[$1]) \
       with yerrorbars pt 0 lw 1.3 lc rgb variable, \
     RSS using (has_claim($1) ? CLAIMED[$1] : NaN):(HIT[$1]):(COLOUR[$1]) \
       with points pt 12 ps 1.2 lw 1.5 lc rgb variable, \
     for [k=2:2*N+1] RSS using (has_point($1) ? RSS[$1] : NaN):(HIT[$1]): \
         (MARK * (k % 2 ? 1 : 1.25)):(SHAPE[$1]):(k % 2 ? COLOUR[$1] : 0xffffff) \
       every ::k/2-1::k/2-1 with points ps variable pt variable lc rgb variable
