# growth.svg: resident memory while the keys are put one by one: a line a variant,
# labelled at its end.

SUMMARY = ARG1; OUTPUT = ARG2; GROWTH = ARG3; INSERTED = ARG4
load 'common.gp'

# GROWTH: variant, keys, MB; a line for each point.
array LAST_X[N]; array LAST_Y[N]
do for [i=1:N] { LAST_X[i] = NaN; LAST_Y[i] = NaN }
x_max = 1.0; y_max = 0.1
do for [i=1:N] {
  n = 0
  stats GROWTH using (strcol('variant') eq VARIANT[i] && !is_floor(i) ? \
      (n = n + 1, LAST_X[i] = column('keys'), LAST_Y[i] = column('mb'), 0) : 0) nooutput
  if (n) { x_max = at_least(x_max, LAST_X[i]); y_max = at_least(y_max, LAST_Y[i]) }
}

H = 530.0
PL = 80.0; PB = 96.0; PT = H - 70.0
longest = 40.0
do for [i=1:N] {
  if (known(LAST_Y[i])) { longest = at_least(longest, text_width(LABEL[i], 13)) }
}
PR = W - at_most(longest, 220.0) - 26
y_top = 1.08 * y_max
py(y) = PB + (PT - PB) * y / y_top

TITLE = 'Memory while growing: ' . SUBJECT
SUBTITLE = 'Resident memory (RSS) added while the keys are put one by one' . \
    (INSERTED eq '' ? '.' : ', in ' . INSERTED . ' order.')
@start
set lmargin at screen PL / W; set rmargin at screen PR / W
set bmargin at screen PB / H; set tmargin at screen PT / H
set border 3 lc rgb FAINT; set tics nomirror out textcolor rgb INK
set grid xtics ytics lc rgb RULE lt 1 lw 0.7
x_unit = x_max >= 2e6 ? 1e6 : x_max >= 2000 ? 1e3 : 1.0
set xrange [0:x_max / x_unit]; set yrange [0:y_top]
set xtics step(x_max / x_unit, 6); set ytics step(y_top, 7)
set format '%g'
set label (x_unit == 1e6 ? 'million keys' : x_unit == 1e3 ? 'thousand keys' : 'keys') . \
    ' inserted' at screen (PL + PR) / 2 / W, screen (PB - 44) / H center textcolor rgb INK
set label 'resident memory, MB' at screen 20.0 / W, screen (PB + PT) / 2 / H center \
    rotate by 90 textcolor rgb INK

left_out = ''
do for [i=1:N] {
  if (!known(LAST_Y[i])) {
    why = is_floor(i) ? ' (the floor)' : failed(i) ? ' (' . STATUS[i] . ')' : ' (loaded in bulk)'
    left_out = left_out . (left_out eq '' ? '' : ', ') . LABEL[i] . why
  }
}
if (left_out ne '') {
  set label 'Not shown: ' . clip(left_out, 11, W - 110) at screen 20.0/W, screen 30.0/H \
      left font face(11) textcolor rgb FAINT
}

array END_Y[N]; array TEXT_Y[N]
do for [i=1:N] { END_Y[i] = py(LAST_Y[i]) }
TOP = PT; BOTTOM = PB
load 'labels.gp'
do for [i=1:N] {
  if (known(END_Y[i])) {
    set label clip_fit(LABEL[i], 13, 220) at screen (PR + 14) / W, screen TEXT_Y[i] / H \
        left font face(13) textcolor rgb INK
    set arrow from screen PR / W, screen END_Y[i] / H \
        to screen (PR + 11) / W, screen TEXT_Y[i] / H nohead lw 0.8 lc rgb COLOUR[i]
  }
}
plot for [i=1:N] GROWTH \
    using (strcol('variant') eq VARIANT[i] && !is_floor(i) ? column('keys') / x_unit : NaN): \
          (column('mb')) with lines lw 2 lc rgb COLOUR[i]
