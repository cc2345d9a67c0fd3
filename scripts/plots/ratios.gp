# ratios.svg: one panel a workload: each variant's speed against the reference's in
# the same round, the median and its 95 % interval, on a logarithmic axis; the fastest
# lookups first. What cannot be told from 1 is hollow and grey.

SUMMARY = ARG1; OUTPUT = ARG2; WORKLOADS = ARG3; REFERENCE = ARG4
load 'common.gp'

P = words(WORKLOADS)
array MID[N * P]; array LO[N * P]; array HI[N * P]
at(i, p) = (p - 1) * N + i
do for [p=1:P] {
  w = word(WORKLOADS, p)
  stats SUMMARY using (MID[at(row(0), p)] = num(strcol(w . '_ratio')), \
      LO[at(row(0), p)] = num(strcol(w . '_ratio_lo')), \
      HI[at(row(0), p)] = num(strcol(w . '_ratio_hi')), 0) nooutput
}
unset datafile columnheaders   # arrays, plotted below, have none

array SHOWN[N]
rows = 0
key(i) = by_speed(i)
do for [i=1:N] { ORDER[rank_of(i)] = i }
do for [k=1:N] {
  i = ORDER[k]
  if (!is_floor(i) && VARIANT[i] ne REFERENCE) { rows = rows + 1; SHOWN[rows] = i }
}
if (rows == 0) { rows = 1; SHOWN[1] = 1 }
mid(r, p) = MID[at(SHOWN[r], p)]
has_interval(r, p) = known(LO[at(SHOWN[r], p)]) && known(HI[at(SHOWN[r], p)])
low(r, p) = has_interval(r, p) ? LO[at(SHOWN[r], p)] : mid(r, p)
high(r, p) = has_interval(r, p) ? HI[at(SHOWN[r], p)] : mid(r, p)
resolved(r, p) = has_interval(r, p) && (low(r, p) > 1 || high(r, p) < 1)

COLUMNS = P < 5 ? P : 5
LINES = (P + COLUMNS - 1) / COLUMNS
ROW = rows > MANY ? 22 : 28
BLOCK = ROW * rows + 56
PB = 36.0; H = PB + BLOCK * LINES + 66
longest = 0.0
do for [i=1:N] { longest = at_least(longest, text_width(LABEL[i], 13)) }
LABELS = at_most(30 + longest, 230.0)
GAP = 22.0
PANEL = (W - 16.0 - LABELS - GAP * (COLUMNS - 1)) / COLUMNS
left(p) = LABELS + (PANEL + GAP) * ((p - 1) % COLUMNS)
top(p) = H - 66.0 - BLOCK * ((p - 1) / COLUMNS) - 22
bottom(p) = top(p) - ROW * rows

TITLE = 'Speed against ' . REFERENCE . ' in the same round: ' . SUBJECT
SUBTITLE = 'Median ratio and its 95 % interval; right of 1 is faster. ' . \
    'Hollow and grey: unresolved. The fastest lookups first.'
@start
set label 'times as fast, log scale' at screen (LABELS + W - 16) / 2 / W, screen 30.0 / H \
    center font face(12) textcolor rgb INK
do for [p=1:P] {
  set label word(WORKLOADS, p) at screen left(p) / W, screen (top(p) + 13) / H left \
      font face(13) textcolor rgb INK
  if ((p - 1) % COLUMNS == 0) {
    do for [r=1:rows] {
      y = (top(p) - ROW * (r - 0.5)) / H
      set label clip_fit(LABEL[SHOWN[r]], 13, LABELS - 16) at screen (LABELS - 8) / W, \
          screen y right font face(fit(LABEL[SHOWN[r]], 13, LABELS - 16)) textcolor rgb INK
      if (rows > MANY && r % 2 == 0) {
        set object rectangle from screen 0, screen y - ROW / 2.0 / H \
            to screen 1, screen y + ROW / 2.0 / H behind fillstyle solid 1 noborder \
            fillcolor rgb BAND
      }
    }
  }
}

set multiplot
set border 1 lc rgb FAINT
set logscale x
unset ytics
set yrange [rows + 0.5:0.5]
do for [p=1:P] {
  lo = 1.0; hi = 1.0
  do for [r=1:rows] {
    if (known(mid(r, p)) && mid(r, p) > 0) {
      lo = at_most(lo, low(r, p)); hi = at_least(hi, high(r, p))
    }
  }
  lo = lo / 1.15; hi = hi * 1.15
  if (hi < 2.2) { hi = 2.2 }
  if (lo > 0.8) { lo = 0.8 }
  set lmargin at screen left(p) / W; set rmargin at screen (left(p) + PANEL) / W
  set bmargin at screen bottom(p) / H; set tmargin at screen top(p) / H
  set xrange [lo:hi]
  unset xtics
  set xtics nomirror out font ",10" offset 0,0.4 textcolor rgb INK
  # As many as there is room for.
  set xtics (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) format '%g'
  if (hi / lo > 40) { set xtics (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100) }
  if (hi / lo > 2000) { set xtics (0.01, 0.1, 1, 10, 100, 1000, 10000, 100000) }
  set grid xtics lc rgb RULE lt 1 lw 0.7
  set arrow 1 from first 1, graph 0 to first 1, graph 1 nohead lw 1.2 lc rgb FAINT back
  do for [r=1:rows] {
    if (!known(mid(r, p))) {
      set label 'n/a' at graph 1, first r right font face(11) textcolor rgb FAINT
    }
  }
  shade(r) = resolved(r, p) ? COLOUR[SHOWN[r]] : FAINT
  plot SHOWN using (known(mid($1, p)) ? mid($1, p) : NaN):1:(low($1, p)):(high($1, p)):(shade($1)) \
           every ::0::rows-1 with xerrorbars pt 0 lw 1.6 lc rgb variable, \
       SHOWN using (known(mid($1, p)) ? mid($1, p) : NaN):1 every ::0::rows-1 \
           with points pt 7 ps 0.8 lc rgb '#ffffff', \
       SHOWN using (known(mid($1, p)) ? mid($1, p) : NaN):1:(0.8): \
           (SHAPE[SHOWN[$1]] - (resolved($1, p) ? 0 : 1)):(shade($1)) \
           every ::0::rows-1 with points ps variable pt variable lc rgb variable
  unset arrow; unset label; unset object
}
unset multiplot
