# batch.svg: one panel a workload in batches: how many times as fast it is as the same one
# by one, the median of the rounds and the least and the most of them.

SUMMARY = ARG1; OUTPUT = ARG2; BATCH = ARG3; OPERATIONS = ARG4
load 'common.gp'

# BATCH: variant, operation, mid, lo, hi.
P = words(OPERATIONS)
array A[N * P]; array B[N * P]; array C[N * P]
at(i, p) = (p - 1) * N + i
do for [k=1:N*P] { A[k] = NaN; B[k] = NaN; C[k] = NaN }
least = 1.0; most = 1.0
do for [p=1:P] {
  do for [i=1:N] {
    k = at(i, p)
    stats BATCH using (strcol('variant') eq VARIANT[i] && \
        strcol('operation') eq word(OPERATIONS, p) ? (A[k] = num(strcol('mid')), \
        B[k] = num(strcol('lo')), C[k] = num(strcol('hi')), 0) : 0) nooutput
    if (known(A[k]) && !is_floor(i)) {
      least = at_most(least, B[k]); most = at_least(most, C[k])
    }
  }
}
unset datafile columnheaders   # arrays, plotted below, have none

array SHOWN[N]
rows = 0
do for [i=1:N] { if (!is_floor(i)) { rows = rows + 1; SHOWN[rows] = i } }
if (rows == 0) { rows = 1; SHOWN[1] = 1 }

ROW = rows > 8 ? 24 : 32
PB = 80.0; H = PB + ROW * rows + 96
PT = H - 96.0
longest = 0.0
do for [i=1:N] { longest = at_least(longest, text_width(LABEL[i], 13)) }
LABELS = at_most(30 + longest, 230.0)
GAP = 24.0
PANEL = (W - 20.0 - LABELS - GAP * (P - 1)) / P
left(p) = LABELS + (PANEL + GAP) * (p - 1)

TITLE = 'Many keys in a call, over one by one: ' . SUBJECT
SUBTITLE = 'Times as fast within a round: disc the median, line from the least to the most.'
@start
set label 'times as fast, log scale' at screen (LABELS + W - 20) / 2 / W, screen 40.0 / H center \
    font face(12) textcolor rgb INK
do for [r=1:rows] {
  set label clip_fit(LABEL[SHOWN[r]], 13, LABELS - 16) at screen (LABELS - 8) / W, \
      screen (PT - ROW * (r - 0.5)) / H right \
      font face(fit(LABEL[SHOWN[r]], 13, LABELS - 16)) textcolor rgb INK
}
do for [p=1:P] {
  set label word(OPERATIONS, p) at screen left(p) / W, screen (PT + 14) / H left \
      font face(13) textcolor rgb INK
}
set multiplot
set border 1 lc rgb FAINT
set logscale x
unset ytics
set yrange [rows + 0.5:0.5]
set xrange [least / 1.15:most * 1.15]
set bmargin at screen PB / H; set tmargin at screen PT / H
set grid xtics lc rgb RULE lt 1 lw 0.7
set xtics nomirror out font ",10" offset 0,0.4 textcolor rgb INK
set xtics (0.1, 0.2, 0.5, 1, 1.5, 2, 3, 4, 6, 10, 20) format '%g'
do for [p=1:P] {
  set lmargin at screen left(p) / W; set rmargin at screen (left(p) + PANEL) / W
  do for [r=1:rows] {
    if (!known(A[at(SHOWN[r], p)])) {
      set label 'n/a' at graph 0, first r offset 0.7,0 left font face(11) textcolor rgb FAINT
    }
  }
  set arrow 1 from first 1, graph 0 to first 1, graph 1 nohead lw 1.2 lc rgb FAINT back
  plot SHOWN using (B[at(SHOWN[$1], p)]):1:(C[at(SHOWN[$1], p)] - B[at(SHOWN[$1], p)]):(0): \
           (COLOUR[SHOWN[$1]]) every ::0::rows-1 with vectors nohead lw 1.6 lc rgb variable, \
       SHOWN using (A[at(SHOWN[$1], p)]):1:(COLOUR[SHOWN[$1]]) every ::0::rows-1 \
           with points pt 7 ps 0.9 lc rgb variable
  unset label; unset arrow
}
unset multiplot
