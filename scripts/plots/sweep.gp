# sweep.svg: bytes per key, and what one operation takes, against the number of keys:
# a panel a figure, a line a variant, labelled at its end.

SUMMARY = ARG1; OUTPUT = ARG2; SWEEP = ARG3; WORKLOADS = ARG4
load 'common.gp'

# SWEEP: sweep.tsv, the rows of a variant together, rising in keys.
P = 1 + words(WORKLOADS)
figure(p) = p == 1 ? 'rss_bpk' : word(WORKLOADS, p - 1) . '_ns'
heading(p) = p == 1 ? 'RSS, bytes per key' : word(WORKLOADS, p - 1) . ', ns' . \
    (word(WORKLOADS, p - 1) eq 'scan' ? ' a key' : '') . ', log scale'
is_line(i, s) = s eq VARIANT[i] && !is_floor(i)

x_lo = 1e300; x_hi = 1.0
stats SWEEP using (x_lo = at_most(x_lo, num(strcol('keys'))), \
    x_hi = at_least(x_hi, num(strcol('keys'))), 0) nooutput
if (x_hi <= x_lo) { x_lo = x_lo / 2; x_hi = x_hi * 2 }

COLUMNS = P < 2 ? 1 : 2
LINES = (P + COLUMNS - 1) / COLUMNS
names = sum [i=1:N] !is_floor(i)
HEIGHT = at_least(150.0, 16.0 * names + 20)   # of a panel
BLOCK = HEIGHT + 64
PB = 44.0; H = PB + BLOCK * LINES + 62
longest = 40.0
do for [i=1:N] {
  if (!is_floor(i)) { longest = at_least(longest, text_width(LABEL[i], 12)) }
}
LABELS = at_most(longest, 170.0) + 16
AXIS = 46.0                                   # for the numbers beside the axis
PANEL = (W - 24.0) / COLUMNS - AXIS - LABELS
left(p) = 12 + AXIS + (AXIS + PANEL + LABELS) * ((p - 1) % COLUMNS)
top(p) = H - 62.0 - BLOCK * ((p - 1) / COLUMNS) - 22
bottom(p) = top(p) - HEIGHT

TITLE = 'Growth: ' . DATASET . ', ' . commas(sprintf('%.0f', x_lo)) . ' to ' . \
    commas(sprintf('%.0f', x_hi)) . ' keys'
SUBTITLE = 'Each point is the median of the rounds on so many keys, sampled at random. ' . \
    'RSS counts whole pages.'
@start
# A failed one is drawn as far as it was measured.
floors = ''; failures = ''
do for [i=1:N] {
  if (is_floor(i)) { floors = floors . (floors eq '' ? 'Not shown: ' : ', ') . LABEL[i] }
  if (failed(i)) {
    failures = failures . (failures eq '' ? 'Failed: ' : ', ') . LABEL[i] . ' (' . STATUS[i] . ')'
  }
}
left_out = floors . (floors ne '' && failures ne '' ? '. ' : '') . failures
if (left_out ne '') {
  set label clip(left_out, 11, W - 40) at screen 20.0/W, screen 30.0/H \
      left font face(11) textcolor rgb FAINT
}

array END_X[N]; array END_Y[N]; array TEXT_Y[N]
set multiplot
set border 3 lc rgb FAINT
set grid xtics ytics lc rgb RULE lt 1 lw 0.7
do for [p=1:P] {
  # `stats` would leave out what lies outside the last panel's ranges.
  unset logscale; set xrange [*:*]; set yrange [*:*]
  y_lo = 1e300; y_hi = 0.0
  do for [i=1:N] {
    END_X[i] = NaN; END_Y[i] = NaN
    stats SWEEP using (is_line(i, strcol('variant')) && known(num(strcol(figure(p)))) ? \
        (END_X[i] = column('keys'), END_Y[i] = num(strcol(figure(p))), \
         y_lo = at_most(y_lo, END_Y[i]), y_hi = at_least(y_hi, END_Y[i]), 0) : 0) nooutput
  }
  if (y_hi <= 0) { y_lo = 1.0; y_hi = 1.0 }
  y_log = p > 1
  # Room for three ticks at least.
  if (y_log && y_hi < 4 * y_lo) { middle = sqrt(y_lo * y_hi); y_lo = middle / 2; y_hi = middle * 2 }
  y_min = y_log ? y_lo / 1.4 : 0.0
  y_max = y_log ? y_hi * 1.4 : y_hi * 1.08
  set lmargin at screen left(p) / W; set rmargin at screen (left(p) + PANEL) / W
  set bmargin at screen bottom(p) / H; set tmargin at screen top(p) / H
  set logscale x
  set xrange [x_lo:x_hi]; set yrange [y_min:y_max]
  unset xtics; unset ytics
  set xtics nomirror out font ",10" offset 0,0.7 textcolor rgb INK
  set ytics nomirror out font ",10" offset 0.4,0 textcolor rgb INK
  set xtics ('10' 10, '100' 100, '1k' 1e3, '10k' 1e4, '100k' 1e5, '1M' 1e6, '10M' 1e7, \
      '100M' 1e8, '1G' 1e9)
  if (y_log) {
    set logscale y
    set format y '%g'
    if (y_max / y_min > 300) {
      set ytics (0.1, 1, 10, 100, 1000, 10000, 1e5, 1e6)
    } else {
      set ytics (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, \
          20000, 50000, 1e5, 1e6)
    }
  } else {
    set format y '%g'
    set ytics step(y_max, 5)
  }
  set label heading(p) at screen (left(p) - AXIS + 8) / W, screen (top(p) + 14) / H left \
      font face(13) textcolor rgb INK
  set label 'keys, log scale' at screen (left(p) + PANEL / 2) / W, \
      screen (bottom(p) - 32) / H center font face(11) textcolor rgb INK

  # In pixels from here on.
  do for [i=1:N] {
    END_Y[i] = y_log ? bottom(p) + HEIGHT * log(END_Y[i] / y_min) / log(y_max / y_min) : \
        bottom(p) + HEIGHT * END_Y[i] / y_max
    END_X[i] = left(p) + PANEL * log(END_X[i] / x_lo) / log(x_hi / x_lo)
  }
  TOP = top(p); BOTTOM = bottom(p)
  load 'labels.gp'
  do for [i=1:N] {
    if (known(END_Y[i])) {
      set label clip_fit(LABEL[i], 12, LABELS - 14) at screen (left(p) + PANEL + 15) / W, \
          screen TEXT_Y[i] / H left font face(12) textcolor rgb INK
      set arrow from screen END_X[i] / W, screen END_Y[i] / H \
          to screen (left(p) + PANEL + 12) / W, screen TEXT_Y[i] / H nohead lw 0.8 \
          lc rgb COLOUR[i]
    }
  }
  plot for [i=1:N] SWEEP using (is_line(i, strcol('variant')) ? column('keys') : NaN): \
      (num(strcol(figure(p)))) with linespoints lw 1.8 pt 7 ps 0.35 lc rgb COLOUR[i]
  unset label; unset arrow
}
unset multiplot
