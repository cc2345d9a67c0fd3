# latency.svg: one panel an operation: p50, p99, p99.9 and the slowest single operation
# of each variant, on a logarithmic axis.

SUMMARY = ARG1; OUTPUT = ARG2; LATENCY = ARG3; OPERATIONS = ARG4
load 'common.gp'

# LATENCY: variant, operation, p50, p99, p999, max, in nanoseconds.
P = words(OPERATIONS)
array A[N * P]; array B[N * P]; array C[N * P]; array D[N * P]
at(i, p) = (p - 1) * N + i
do for [k=1:N*P] { A[k] = NaN; B[k] = NaN; C[k] = NaN; D[k] = NaN }
least = 1e300; most_ns = 1.0
do for [p=1:P] {
  do for [i=1:N] {
    k = at(i, p)
    stats LATENCY using (strcol('variant') eq VARIANT[i] && \
        strcol('operation') eq word(OPERATIONS, p) ? (A[k] = num(strcol('p50')), \
        B[k] = num(strcol('p99')), C[k] = num(strcol('p999')), D[k] = num(strcol('max')), 0) : 0) \
        nooutput
    if (known(A[k]) && !is_floor(i)) {
      least = at_most(least, A[k]); most_ns = at_least(most_ns, D[k])
    }
  }
}
unset datafile columnheaders   # arrays, plotted below, have none
if (least > most_ns) { least = 1.0 }
least = at_least(least, 1.0)

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

TITLE = 'Latency of single operations: ' . SUBJECT
SUBTITLE = 'Disc p50, ring p99, triangle p99.9, cross the slowest; the clock''s own cost is subtracted.'
@start
set label 'nanoseconds, log scale; k thousand, M million' at screen (LABELS + W - 20) / 2 / W, screen 40.0 / H center \
    font face(12) textcolor rgb INK
do for [r=1:rows] {
  set label clip_fit(LABEL[SHOWN[r]], 13, LABELS - 16) at screen (LABELS - 8) / W, \
      screen (PT - ROW * (r - 0.5)) / H right \
      font face(fit(LABEL[SHOWN[r]], 13, LABELS - 16)) textcolor rgb INK
}
title(w) = w[1:8] eq 'latency_' ? w[9:*] : w
do for [p=1:P] {
  set label title(word(OPERATIONS, p)) at screen left(p) / W, screen (PT + 14) / H left \
      font face(13) textcolor rgb INK
}
set multiplot
set border 1 lc rgb FAINT
set logscale x
unset ytics
set yrange [rows + 0.5:0.5]
set xrange [least / 1.5:most_ns * 1.5]
set bmargin at screen PB / H; set tmargin at screen PT / H
set grid xtics lc rgb RULE lt 1 lw 0.7
set xtics nomirror out font ",10" offset 0,0.4 textcolor rgb INK
set xtics ('1' 1, '10' 10, '100' 100, '1k' 1e3, '10k' 1e4, '100k' 1e5, '1M' 1e6, '10M' 1e7, \
    '100M' 1e8, '1G' 1e9, '10G' 1e10)
do for [p=1:P] {
  set lmargin at screen left(p) / W; set rmargin at screen (left(p) + PANEL) / W
  do for [r=1:rows] {
    if (!known(A[at(SHOWN[r], p)])) {
      set label 'n/a' at graph 0, first r offset 0.7,0 left font face(11) textcolor rgb FAINT
    }
  }
  plot SHOWN using (A[at(SHOWN[$1], p)]):1:(D[at(SHOWN[$1], p)] - A[at(SHOWN[$1], p)]):(0): \
           (RULE) every ::0::rows-1 with vectors nohead lw 1.5 lc rgb variable, \
       SHOWN using (A[at(SHOWN[$1], p)]):1:(COLOUR[SHOWN[$1]]) every ::0::rows-1 \
           with points pt 7 ps 0.9 lc rgb variable, \
       SHOWN using (B[at(SHOWN[$1], p)]):1 every ::0::rows-1 \
           with points pt 7 ps 0.9 lc rgb '#ffffff', \
       SHOWN using (B[at(SHOWN[$1], p)]):1:(COLOUR[SHOWN[$1]]) every ::0::rows-1 \
           with points pt 6 ps 0.9 lw 1.5 lc rgb variable, \
       SHOWN using (C[at(SHOWN[$1], p)]):1:(COLOUR[SHOWN[$1]]) every ::0::rows-1 \
           with points pt 9 ps 0.9 lc rgb variable, \
       SHOWN using (D[at(SHOWN[$1], p)]):1:(COLOUR[SHOWN[$1]]) every ::0::rows-1 \
           with points pt 2 ps 0.8 lw 1.5 lc rgb variable
  unset label
}
unset multiplot
